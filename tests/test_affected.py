"""What a note labels as affected, and when that is said of a CVE."""

from __future__ import annotations

import pytest

from generator.config import Config
from generator.content.affected import find_affected
from generator.content.post import parse_post
from generator.model import Affected, Source


@pytest.mark.parametrize(("line", "label", "value"), [
    ("*   **Produit affecté :** Un routeur.", "Produit affecté", "Un routeur"),
    ("*   **Versions affectées** : 1.2 à 1.4", "Versions affectées", "1.2 à 1.4"),
    ("- Composant Affecté: `mod_x` de [Serveur](https://a.example/)", "Composant Affecté", "mod_x de Serveur"),
    ("  * __Systèmes concernés :__ A, B et *C*", "Systèmes concernés", "A, B et C"),
    ("**Produits et versions affectés\u00a0:** X 1", "Produits et versions affectés", "X 1"),
    ("Logiciels impactés : X", "Logiciels impactés", "X"),
    ("* **Version vulnérable :** avant 2.0", "Version vulnérable", "avant 2.0"),
    ("* **Affected versions:** before 2.0", "Affected versions", "before 2.0"),
])
def test_a_labelled_item_is_what_is_affected(line: str, label: str, value: str):
    assert find_affected(f"Words.\n{line}\nMore.") == (Affected(label, value),)


@pytest.mark.parametrize("line", [
    "* **Produits non affectés :** X",
    "* **Versions affectées :**",
    "* **Versions affectées :** non précisées",
    "* **Produit affecté :** N/A",
    "* **Versions corrigées :** 2.0",
    "Les produits affectés sont nombreux : routeurs, commutateurs.",
    "* **Impact :** les produits affectés : X",
    "* **Modèles potentiellement affectés :** X",
])
def test_no_other_line_is(line: str):
    assert find_affected(f"Words.\n{line}\nMore.") == ()


def test_each_is_told_once_and_only_the_first_four():
    text = "\n".join(f"* Produit affecté : P{number}" for number in (1, 1, 2, 3, 4, 5))
    assert [found.value for found in find_affected(text)] == ["P1", "P2", "P3", "P4"]


def test_a_long_value_is_clipped():
    assert len(find_affected("* Produit affecté : " + "mot " * 200)[0].value) <= 240


@pytest.mark.parametrize(("cves", "known"), [
    ("CVE-2025-11111", True), ("CVE-2025-11111 et encore CVE-2025-11111", True), ("aucune", False),
    ("CVE-2025-11111, CVE-2025-22222", False),
])
def test_only_a_note_of_one_cve_says_what_it_affects(cves: str, known: bool):
    text = f"---\ntitle: A\n---\nDes mots.\n\n* **CVE :** {cves}\n* **Produit affecté :** X\n"
    post = parse_post(Source("content/posts/2025-09-08-a.md", text.encode()), Config(), "key").post
    assert post
    assert post.affected == ((Affected("Produit affecté", "X"),) if known else ())

