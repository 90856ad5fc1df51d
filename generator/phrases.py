"""Every phrase that the site says to its readers, in each of its languages."""

from __future__ import annotations

from msgspec import Struct


class Plural(Struct, frozen=True):
    """A phrase that depends on a number; ``{n}`` stands for the number."""

    one: str
    other: str


class Words(Struct, frozen=True):
    """Every phrase of the site's pages. Templates see it as ``t``; fields in braces are filled with `str.format`."""

    skip: str
    navigation: str
    home: str
    tags: str
    cves: str
    sources: str
    archives: str
    feed: str
    feed_of: str
    not_published: str

    notes: Plural
    naming_cve: Plural
    edition: str
    more_of_day: Plural
    side: str
    week_cves: str
    all_cves: str
    main_tags: str
    all_tags: str
    latest_sources: str
    pages: str
    newer_notes: str
    older_notes: str
    page: str
    page_of: str

    older: str
    newer: str
    neighbours: str
    source: str
    about: str
    contents: str
    note_cves: str
    note_tags: str
    updated: str
    by: str
    minutes: str
    draft: str
    also: str
    related: str
    copy_link: str
    copied: str
    to_top: str
    dark_theme: str
    reply: str
    comments: str

    tag_about: str
    tags_about: Plural
    sources_about: Plural
    source_about: str
    visit: str
    letters: str
    symbols: str

    cves_about: Plural
    cve_about: str
    cve_unscored: str
    highest: str
    as_written: str
    mentions: Plural
    authorities: str
    not_stated: str
    years: str
    critical: str
    high: str
    medium: str
    low: str
    none: str

    affected: str
    according_to: str
    exploited: str
    exploitation: str
    by_year: str
    by_severity: str
    by_sources: str
    cve_views: str
    cves_order: str
    cves_scored: Plural
    cves_shared: Plural
    cves_none: str
    sources_count: Plural
    filter: str
    filter_id: str
    filter_year: str
    filter_severity: str
    filter_sources: str
    filter_all: str
    filter_at_least: Plural
    unscored: str
    sort: str
    sort_id: str
    sort_score: str
    sort_sources: str
    shown: Plural

    follow: str
    follow_about: str
    whole_site: str
    atom_about: str
    json_about: str
    feed_holds: str
    tag_feeds_about: str
    json_feed: str
    subscribe: str
    subscribe_steps: tuple[str, ...]
    every_feed: str
    opml_about: str
    opml_get: str
    programs: str
    programs_about: str
    api_posts: str
    api_cves: str

    search: str
    search_about: str
    search_words: str
    search_tag: str
    search_cve: str
    search_exploited: str
    search_found: Plural
    search_nothing: str
    search_near: str
    search_slash: str
    search_busy: str
    search_failed: str
    search_more: str
    search_ways: str

    digests: str
    digests_about: str
    digests_none: str
    digests_feed: str
    digest_last: str
    all_digests: str
    week: str
    week_about: str
    week_number: str
    week_running: str
    week_urgent: str
    week_shared: str
    week_brief: str
    week_figures: str
    week_letters: str
    week_mail: str
    week_markdown: str
    week_online: str
    newer_week: str
    older_week: str
    stories: Plural
    cves_count: Plural
    exploitations: Plural
    criticals: Plural
    more_stories: Plural
    more_notes: Plural
    more_on_site: Plural
    more_of_cve: Plural
    weeks_count: Plural

    archives_about: Plural
    archives_shades: str
    month_total: str
    year: str
    year_about: str
    month_about: str
    newer_year: str
    older_year: str
    calendar: str
    weekdays: tuple[str, ...]

    site_about: str
    offline: str
    offline_about: str
    offline_kept: str
    kept: str

    missing: str
    missing_about: str
    missing_ways: str
    moved: str
    moved_to: str
    made_with: str


FRENCH = Words(
    skip="Aller au contenu",
    navigation="Navigation principale",
    home="Accueil",
    tags="Étiquettes",
    cves="CVE",
    sources="Sources",
    archives="Archives",
    feed="Flux Atom",
    feed_of="Flux Atom\u00a0: {name}",
    not_published="Aucune note n’est encore publiée. La première paraîtra ici.",
    notes=Plural("{n} note", "{n} notes"),
    naming_cve=Plural("{n} nomme une CVE", "{n} nomment une CVE"),
    edition="Édition du {date}",
    more_of_day=Plural("Encore {n} note de ce jour", "Encore {n} notes de ce jour"),
    side="Repères",
    week_cves="CVE de la semaine",
    all_cves="Toutes les CVE",
    main_tags="Étiquettes du mois",
    all_tags="Toutes les étiquettes",
    latest_sources="Sources du mois",
    pages="Pages",
    newer_notes="Notes plus récentes",
    older_notes="Notes plus anciennes",
    page="Page {n}",
    page_of="{name}, page {n}",
    older="Note précédente",
    newer="Note suivante",
    neighbours="Notes voisines",
    source="Source",
    about="Sur cette note",
    contents="Sommaire",
    note_cves="CVE de cette note",
    note_tags="Étiquettes de cette note",
    updated="mise à jour le {date}",
    by="par {author}",
    minutes="{n} min de lecture",
    draft="Brouillon",
    also="Aussi traité par",
    related="Sur le même sujet",
    copy_link="Copier le lien",
    copied="Lien copié",
    to_top="Haut de la page",
    dark_theme="Thème sombre",
    reply="Répondre par courriel",
    comments="Commentaires",
    tag_about="Les notes de veille qui portent l’étiquette «\u202f{name}\u202f».",
    tags_about=Plural("{n} étiquette, par ordre alphabétique.", "{n} étiquettes, par ordre alphabétique."),
    sources_about=Plural("{n} source résumée ici, par nom.", "{n} sources résumées ici, par nom."),
    source_about="Les notes de veille qui résument un article de {name}.",
    visit="Voir le site",
    letters="Initiales",
    symbols="0–9",
    cves_about=Plural("{n} identifiant nommé par nos notes.", "{n} identifiants nommés par nos notes."),
    cve_about="Les notes de veille qui nomment {name}, et les scores qu’elles rapportent.",
    cve_unscored="Aucune de nos notes ne donne de score à cette CVE.",
    highest="Score le plus élevé rapporté",
    as_written="Rapporté dans",
    mentions=Plural("{n} note la nomme", "{n} notes la nomment"),
    authorities="Fiches de référence",
    not_stated="version non précisée",
    years="Années",
    critical="critique",
    high="élevée",
    medium="moyenne",
    low="faible",
    none="nulle",
    affected="Ce qui est affecté",
    according_to="Selon",
    exploited="exploitée",
    exploitation="Exploitation signalée",
    by_year="Par année",
    by_severity="Par gravité",
    by_sources="Par nombre de sources",
    cve_views="Classements des CVE",
    cves_order="Le nombre en fin de ligne est celui des sources qui la nomment.",
    cves_scored=Plural(
        "{n} CVE dont une note rapporte le score, le plus élevé d’abord.",
        "{n} CVE dont une note rapporte le score, le plus élevé d’abord.",
    ),
    cves_shared=Plural(
        "{n} CVE que plusieurs sources nomment, la plus citée d’abord.",
        "{n} CVE que plusieurs sources nomment, la plus citée d’abord.",
    ),
    cves_none="Aucune pour l’instant.",
    sources_count=Plural("{n} source", "{n} sources"),
    filter="Filtrer et trier",
    filter_id="Identifiant",
    filter_year="Année",
    filter_severity="Gravité",
    filter_sources="Sources",
    filter_all="toutes",
    filter_at_least=Plural("au moins {n}", "au moins {n}"),
    unscored="sans score",
    sort="Ordre",
    sort_id="par année",
    sort_score="par score",
    sort_sources="par sources",
    shown=Plural("{n} CVE affichée", "{n} CVE affichées"),
    follow="Suivre",
    follow_about="Chaque note arrive d’elle-même dans votre lecteur de flux, sans compte ni adresse à laisser.",
    whole_site="Toutes les notes",
    atom_about="Le texte entier de chaque note. Tous les lecteurs le comprennent.",
    json_about="Les mêmes notes en JSON, avec leurs CVE, leurs scores et leurs sections.",
    feed_holds="Les {entries} dernières notes au moins, et celles de {days} jours.",
    tag_feeds_about="Seulement les notes qui portent l’étiquette.",
    json_feed="JSON Feed",
    subscribe="S’abonner",
    subscribe_steps=(
        "Copiez l’adresse du flux qui vous convient.",
        "Dans votre lecteur (Thunderbird, FreshRSS, NetNewsWire, Feedly, Inoreader…), choisissez «\u202fAjouter un "
        "flux\u202f» ou «\u202fS’abonner\u202f», et collez-la.",
        "C’est tout\u00a0: le lecteur demande lui-même s’il y a du nouveau.",
    ),
    every_feed="Tous les flux à la fois",
    opml_about="Une liste OPML de tous ces flux, que les lecteurs savent importer. Ne gardez que ceux qu’il vous faut, "
    "car une note paraît dans le flux du site et dans ceux de ses étiquettes.",
    opml_get="Télécharger la liste",
    programs="Pour vos programmes",
    programs_about="Du JSON en plusieurs pages, la plus récente d’abord\u00a0; «\u202fnext\u202f» mène à la suivante.",
    api_posts="Titres, dates, étiquettes, points clés, sources, CVE et scores.",
    api_cves="Le score le plus élevé de chacune, les sources et les notes qui la nomment.",
    search="Rechercher",
    search_about="Dans tout le texte des notes, avec ou sans accents.",
    search_words="Mots, CVE, produit",
    search_tag="Étiquette",
    search_cve="nomme une CVE",
    search_exploited="signale une exploitation",
    search_found=Plural("{n} note trouvée", "{n} notes trouvées"),
    search_nothing="Aucune note ne répond à cette recherche. Essayez avec moins de mots ou moins de filtres.",
    search_near="Aucune note ne contient exactement ces mots. Voici les plus proches.",
    search_slash="La touche / mène à la recherche depuis toutes les pages",
    search_busy="Recherche en cours…",
    search_failed="La recherche ne répond pas. Réessayez, ou prenez l’un des chemins ci-dessous.",
    search_more="Afficher la suite",
    search_ways="Parcourir les notes",
    digests="Digests",
    digests_about="Ce que chaque semaine a apporté\u00a0: d’abord ce qui est exploité ou critique, puis ce que "
    "plusieurs sources racontent.",
    digests_none="Le premier digest paraîtra avec la première note.",
    digests_feed="Un digest par semaine, quand elle est finie.",
    digest_last="Le dernier digest",
    all_digests="Tous les digests",
    week="La semaine du {range}",
    week_about="Les notes de veille de la semaine du {range}\u00a0: ce qui est exploité ou critique, les CVE, "
    "les sujets que plusieurs sources racontent.",
    week_number="Semaine {n}",
    week_running="Semaine en cours\u00a0: ce digest grandit avec chaque note.",
    week_urgent="À traiter d’abord",
    week_shared="Dans plusieurs sources",
    week_brief="En bref",
    week_figures="La semaine en chiffres",
    week_letters="Recevoir et transmettre",
    week_mail="Version pour courriel",
    week_markdown="Version Markdown",
    week_online="Lire sur le site",
    newer_week="Semaine suivante",
    older_week="Semaine précédente",
    stories=Plural("{n} sujet", "{n} sujets"),
    cves_count=Plural("{n} CVE", "{n} CVE"),
    exploitations=Plural("{n} exploitation signalée", "{n} exploitations signalées"),
    criticals=Plural("{n} sujet critique", "{n} sujets critiques"),
    more_stories=Plural("Encore {n} sujet", "Encore {n} sujets"),
    more_notes=Plural("Encore {n} note", "Encore {n} notes"),
    more_on_site=Plural("Encore {n} sur le site", "Encore {n} sur le site"),
    more_of_cve=Plural("et {n} autre CVE", "et {n} autres CVE"),
    weeks_count=Plural("{n} semaine.", "{n} semaines."),
    archives_about=Plural("{n} note depuis le début.", "{n} notes depuis le début."),
    archives_shades="Notes par jour",
    month_total="Total",
    year="Année {year}",
    year_about="Les notes de veille publiées en {year}, mois par mois.",
    month_about="Les notes de veille publiées en {month}.",
    newer_year="Année suivante",
    older_year="Année précédente",
    calendar="Calendrier des notes de {month}",
    weekdays=("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    site_about="Les notes de veille de {name}.",
    offline="Pas de réseau",
    offline_about="Cette page n’a pas été gardée ici, et le réseau ne répond pas. Elle s’affichera dès son retour.",
    offline_kept="Notes lues récemment, gardées ici",
    kept="Copie gardée le {date}\u00a0: le réseau ne répond pas, cette page a pu changer depuis.",
    missing="Page introuvable",
    missing_about="Rien ne se trouve ici\u00a0: la page a pu être déplacée, ou l’adresse contient une erreur.",
    missing_ways="Voici d’autres chemins\u00a0:",
    moved="Cette page a changé d’adresse",
    moved_to="Elle se trouve désormais ici\u00a0:",
    made_with="Site produit par {name}",
)

ENGLISH = Words(
    skip="Skip to content",
    navigation="Main navigation",
    home="Home",
    tags="Tags",
    cves="CVE",
    sources="Sources",
    archives="Archives",
    feed="Atom feed",
    feed_of="Atom feed: {name}",
    not_published="No note has been published yet. The first one will appear here.",
    notes=Plural("{n} note", "{n} notes"),
    naming_cve=Plural("{n} names a CVE", "{n} name a CVE"),
    edition="Edition of {date}",
    more_of_day=Plural("{n} more note of this day", "{n} more notes of this day"),
    side="At a glance",
    week_cves="CVEs of the week",
    all_cves="All CVEs",
    main_tags="Tags of the month",
    all_tags="All tags",
    latest_sources="Sources of the month",
    pages="Pages",
    newer_notes="Newer notes",
    older_notes="Older notes",
    page="Page {n}",
    page_of="{name}, page {n}",
    older="Previous note",
    newer="Next note",
    neighbours="Neighbouring notes",
    source="Source",
    about="About this note",
    contents="Contents",
    note_cves="CVEs of this note",
    note_tags="Tags of this note",
    updated="updated on {date}",
    by="by {author}",
    minutes="{n} min read",
    draft="Draft",
    also="Also covered by",
    related="On the same subject",
    copy_link="Copy the link",
    copied="Link copied",
    to_top="Back to top",
    dark_theme="Dark theme",
    reply="Reply by e-mail",
    comments="Comments",
    tag_about="The watch notes tagged “{name}”.",
    tags_about=Plural("{n} tag, in alphabetical order.", "{n} tags, in alphabetical order."),
    sources_about=Plural("{n} source summarised here, by name.", "{n} sources summarised here, by name."),
    source_about="The watch notes that summarise an article of {name}.",
    visit="Visit the site",
    letters="Initials",
    symbols="0–9",
    cves_about=Plural("{n} identifier named by our notes.", "{n} identifiers named by our notes."),
    cve_about="The watch notes that name {name}, and the scores they report.",
    cve_unscored="None of our notes gives this CVE a score.",
    highest="Highest score reported",
    as_written="Reported in",
    mentions=Plural("{n} note names it", "{n} notes name it"),
    authorities="Reference records",
    not_stated="version not stated",
    years="Years",
    critical="critical",
    high="high",
    medium="medium",
    low="low",
    none="none",
    affected="What is affected",
    according_to="According to",
    exploited="exploited",
    exploitation="Exploitation reported",
    by_year="By year",
    by_severity="By severity",
    by_sources="By number of sources",
    cve_views="Orders of the CVEs",
    cves_order="The number at the end of a line is that of the sources that name it.",
    cves_scored=Plural(
        "{n} CVE with a score in our notes, the highest first.",
        "{n} CVEs with a score in our notes, the highest first.",
    ),
    cves_shared=Plural(
        "{n} CVE that several sources name, the most named first.",
        "{n} CVEs that several sources name, the most named first.",
    ),
    cves_none="None so far.",
    sources_count=Plural("{n} source", "{n} sources"),
    filter="Filter and sort",
    filter_id="Identifier",
    filter_year="Year",
    filter_severity="Severity",
    filter_sources="Sources",
    filter_all="all",
    filter_at_least=Plural("at least {n}", "at least {n}"),
    unscored="without score",
    sort="Order",
    sort_id="by year",
    sort_score="by score",
    sort_sources="by sources",
    shown=Plural("{n} CVE shown", "{n} CVEs shown"),
    follow="Follow",
    follow_about="Every new note arrives in your feed reader by itself: no account, no address to leave.",
    whole_site="All notes",
    atom_about="The whole text of every note. Every reader understands it.",
    json_about="The same notes as JSON, with their CVEs, scores and sections.",
    feed_holds="At least the newest {entries} notes, and those of {days} days.",
    tag_feeds_about="Only the notes with the tag.",
    json_feed="JSON Feed",
    subscribe="Subscribe",
    subscribe_steps=(
        "Copy the address of the feed that suits you.",
        "In your reader (Thunderbird, FreshRSS, NetNewsWire, Feedly, Inoreader…), choose “Add feed” or “Subscribe”, "
        "and paste it.",
        "That is all: the reader itself asks for what is new.",
    ),
    every_feed="All feeds at once",
    opml_about="An OPML list of all these feeds, which readers can import. Keep the ones you need, since a note "
    "appears in the site’s feed and in those of its tags.",
    opml_get="Download the list",
    programs="For your programs",
    programs_about="JSON documents in pages, the newest first; “next” leads to the following one.",
    api_posts="Titles, dates, tags, key points, sources, CVEs and scores.",
    api_cves="The highest score of each, the sources and notes that name it.",
    search="Search",
    search_about="In the whole text of the notes, with or without accents.",
    search_words="Words, CVE, product",
    search_tag="Tag",
    search_cve="names a CVE",
    search_exploited="tells of an exploitation",
    search_found=Plural("{n} note found", "{n} notes found"),
    search_nothing="No note answers to this. Try fewer words, or fewer filters.",
    search_near="No note holds exactly these words. Here are the closest.",
    search_slash="The key / leads to the search from every page",
    search_busy="Searching…",
    search_failed="The search does not answer. Try again, or take one of the ways below.",
    search_more="Show more",
    search_ways="Browse the notes",
    digests="Digests",
    digests_about="What each week brought: first what is exploited or critical, then what several sources tell.",
    digests_none="The first digest will appear with the first note.",
    digests_feed="One digest a week, when it is over.",
    digest_last="The latest digest",
    all_digests="All digests",
    week="The week of {range}",
    week_about="The watch notes of the week of {range}: what is exploited or critical, the CVEs, the stories "
    "that several sources tell.",
    week_number="Week {n}",
    week_running="This week is not over: the digest grows with every note.",
    week_urgent="To deal with first",
    week_shared="In several sources",
    week_brief="In brief",
    week_figures="The week in figures",
    week_letters="Take it along",
    week_mail="Version for e-mail",
    week_markdown="Markdown version",
    week_online="Read on the site",
    newer_week="Next week",
    older_week="Previous week",
    stories=Plural("{n} story", "{n} stories"),
    cves_count=Plural("{n} CVE", "{n} CVEs"),
    exploitations=Plural("{n} exploitation reported", "{n} exploitations reported"),
    criticals=Plural("{n} critical story", "{n} critical stories"),
    more_stories=Plural("{n} more story", "{n} more stories"),
    more_notes=Plural("{n} more note", "{n} more notes"),
    more_on_site=Plural("{n} more on the site", "{n} more on the site"),
    more_of_cve=Plural("and {n} more CVE", "and {n} more CVEs"),
    weeks_count=Plural("{n} week.", "{n} weeks."),
    archives_about=Plural("{n} note since the beginning.", "{n} notes since the beginning."),
    archives_shades="Notes a day",
    month_total="Total",
    year="Year {year}",
    year_about="The watch notes published in {year}, month by month.",
    month_about="The watch notes published in {month}.",
    newer_year="Next year",
    older_year="Previous year",
    calendar="Calendar of the notes of {month}",
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    site_about="The watch notes of {name}.",
    offline="No network",
    offline_about="This page was not kept here, and the network does not answer. It will show as soon as it is back.",
    offline_kept="Notes read lately, kept here",
    kept="Copy kept on {date}: the network does not answer, and this page may have changed since.",
    missing="Page not found",
    missing_about="Nothing lives at this address: the page may have moved, or the address holds a mistake.",
    missing_ways="Some other ways:",
    moved="This page has moved",
    moved_to="It now lives here:",
    made_with="Site made with {name}",
)


def words(language: str) -> Words:
    """The phrases of one of `language.LANGUAGES`."""
    return {"fr": FRENCH, "en": ENGLISH}[language]
