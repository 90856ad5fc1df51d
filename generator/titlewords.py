"""Words of titles, in the form in which two titles are compared, and how often the trade uses some of them."""

from __future__ import annotations

import re

from generator.text import fold

WORD = re.compile(r"cve-\d{4}-\d{4,7}|[^\W_]+")
"""A word, or a CVE, in lower-case text."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SILENT = _words("""
    a about after again against all also amid among an and any are as at be been before being between but by can could
    did do does during each for from had has have he her here his how if in into is it its just let like made make may
    more most much must new no not now of off on one only onto or other our out over own per say says than that the
    their them then there these they this those through to too two under until up upon us via was we were what when
    where which while who whose why will with within without would you your
    au aux avec ce ces cet cette chez comme comment contre d dans de depuis des dont du elle elles en encore entre est
    et etre eux face il ils je l la le les leur leurs lors mais meme ne ni nos notre nous on ou par pas peu plus pour
    pourquoi pres qu quand que quel quelle quels quelles qui quoi s sa sans se selon ses si son sont sous sur ta tout
    tous toute toutes tres un une vers via voici vos votre vous y
    monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun
    january february march april june july august september october november december jan feb mar apr jun jul aug sep
    sept oct nov dec janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre
    lundi mardi mercredi jeudi vendredi samedi dimanche http https www com
""")
"""Words that name nothing: articles, pronouns, days and months, folded."""

TRADE = _words("""
    acces access account active activement activite actor actualite affected ai alert alerte analyse analysis app
    application approvisionnement arbitraire attack attacker attaquant attaque authentication authentification authority
    backdoor billion breach browser bug bypass campagne campaign chain chaine ciblant cible cloud code command commande
    compromised compromission compte contournement control controle correctif correction credential critical critique
    cyber cyberattack cyberattaque cybercriminalite cybersecurite cybersecurity data day decouverte device digital
    distance donnee down email entreprise escalade execution expert exploit exploitation exploited exploitee exploiting
    expose exposed extension faille fake feature fichier fix fixed flaw fraude fuite gestion global group groupe hack
    hacked hacker hacking ia identite impact incident information infrastructure injection install instance issue jour
    leak login logiciel majeure malicious malveillant malveillante malware massive menace million mise network nouveau
    nouvelle online operation outil password patch patche patched patching persistante phishing piratage plateforme
    platform privilege project prompt protection ransomware rce recommandation release remote report research researcher
    reseau risk risque securite security sensible server serveur service severity site software steal stealing stolen
    supply support surveillance system systeme target targeted targeting technique theft threat tool update urgent use
    used user using utilisateur vague version video vol vulnerabilite vulnerability vulnerable warn warning web weekly
    zero
""")
"""Words that say that a note is about security, not which: `form` of those that most titles are made of."""


def form(word: str) -> str:
    """What two spellings of a lower-case word have in common: no accents, no plural; empty for words that name nothing.

    One letter and numbers of two digits name nothing either.
    """
    folded = word if word.isascii() else fold(word)
    if folded in SILENT or len(folded) < 2 or (len(folded) == 2 and folded.isdigit()):
        return ""
    return folded[:-1] if len(folded) > 3 and folded[-1] == "s" and folded[-2] != "s" else folded


class Forms(dict[str, str]):
    """`form`, asked once for each word: ``forms[word]``."""

    def __missing__(self, word: str) -> str:
        found = self[word] = form(word)
        return found
