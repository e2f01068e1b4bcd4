"""What a theme is about in general, where its customers' words do not name what is wrong: the end of "Spreadsheets: wishes"."""

from prompts.render import FALLBACK_LANGUAGE

_IN_GENERAL = {
    "en": {
        "bug": "trouble",
        "usability": "awkward to use",
        "feature_request": "wishes",
        "billing": "charges in question",
        "how_to": "how it is done",
        "churn_threat": "talk of leaving",
    },
    "es": {
        "bug": "problemas",
        "usability": "incómodo de usar",
        "feature_request": "peticiones",
        "billing": "cobros en duda",
        "how_to": "cómo se hace",
        "churn_threat": "idea de marcharse",
    },
    "ja": {
        "bug": "不具合",
        "usability": "使いにくい",
        "feature_request": "要望",
        "billing": "請求への疑問",
        "how_to": "使い方",
        "churn_threat": "解約の話",
    },
    "de": {
        "bug": "Probleme",
        "usability": "umständlich",
        "feature_request": "Wünsche",
        "billing": "Fragen zur Abrechnung",
        "how_to": "wie es geht",
        "churn_threat": "Gedanken ans Kündigen",
    },
    "fr": {
        "bug": "problèmes",
        "usability": "peu pratique",
        "feature_request": "demandes",
        "billing": "montants contestés",
        "how_to": "comment faire",
        "churn_threat": "envie de partir",
    },
    "pt": {
        "bug": "problemas",
        "usability": "pouco prático",
        "feature_request": "pedidos",
        "billing": "cobranças em dúvida",
        "how_to": "como se faz",
        "churn_threat": "vontade de sair",
    },
}


def in_general(kind: str, language: str) -> str:
    """What themes of a kind are about, in a language; English where we do not speak it, empty for praise and the rest."""
    return _IN_GENERAL.get(language, _IN_GENERAL[FALLBACK_LANGUAGE]).get(kind, "")
