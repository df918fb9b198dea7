"""Words of the account of a comparison, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from sim.ledger import ACCOUNTS

Words = Mapping[str, str]

TITLES: Mapping[str, Words] = {
    "profile": {
        "fr": "Financés dans un seul des deux mondes, mois après la décision",
        "en": "Funded in one world only, months after the decision",
    },
    "panel": {
        "fr": "Les mêmes personnes à chaque date (décidées 36 mois au moins avant la fin)",
        "en": "The same people at each date (decided at least 36 months before the end)",
    },
    "by_scheme": {
        "fr": "Par dispositif, 24 mois après la décision",
        "en": "By scheme, 24 months after the decision",
    },
    "everyone": {
        "fr": "Toute la région : reconversions durables depuis l'ouverture",
        "en": "The whole region: durable conversions since the opening",
    },
    "destinations": {
        "fr": "Où vont les financés (première paire)",
        "en": "Where the funded go (first pair)",
    },
    "fates": {
        "fr": "24 mois après, première paire : financés et refusés (ce n'est pas un effet, ils sont choisis)",
        "en": "24 months on, first pair: funded and refused (no effect: they are selected)",
    },
    "costs": {"fr": "Coût, par payeur, sur la période", "en": "Cost by payer, over the run"},
    "unit_costs": {
        "fr": "Coût d'une reconversion durable de plus",
        "en": "Cost of one more durable conversion",
    },
    "contributions": {
        "fr": "Par dispositif : la politique sans lui (les lignes ne s'additionnent pas)",
        "en": "By scheme: the policy without it (rows do not add up)",
    },
}

COLUMNS: Mapping[str, Words] = {
    "key": {"fr": "", "en": ""},
    "funded": {"fr": "financés", "en": "funded"},
    "gross": {"fr": "brut", "en": "gross"},
    "additional": {"fr": "additionnels", "en": "additional"},
    "dead_weight": {"fr": "aubaine", "en": "dead-weight"},
    "harmed": {"fr": "contrariés", "en": "harmed"},
    "base_only": {"fr": "non financés (net)", "en": "no longer funded (net)"},
    "net": {"fr": "net", "en": "net"},
    "interval": {"fr": "intervalle à 90 %", "en": "90 % interval"},
    "date": {"fr": "fin", "en": "end of"},
    "delta": {"fr": "Δ région", "en": "Δ region"},
    "funded_net": {"fr": "financés, net", "en": "funded, net"},
    "spillover": {"fr": "tous les autres, net", "en": "everyone else, net"},
    "churn": {"fr": "brassage seul ±", "en": "churn alone ±"},
    "work": {"fr": "autres en emploi", "en": "others in work"},
    "displacement": {"fr": "éviction nette", "en": "net displacement"},
    "heads": {"fr": "effectif", "en": "heads"},
    "from_shortage": {"fr": "venant d'un métier en tension", "en": "from a shortage trade"},
    "to_shortage": {"fr": "vers un métier en tension", "en": "to a shortage trade"},
    "exposure_left": {"fr": "exposition quittée", "en": "exposure left"},
    "exposure_entered": {"fr": "exposition rejointe", "en": "exposure entered"},
    "to_less_exposed": {"fr": "vers moins exposé", "en": "to a less exposed one"},
    "durable": {"fr": "reconversion durable", "en": "durable conversion"},
    "in_trade_aimed_at": {"fr": "dans le métier visé", "en": "in the trade aimed at"},
    "in_work": {"fr": "en emploi", "en": "in work"},
    "committed": {"fr": "engagé", "en": "committed"},
    "paid": {"fr": "payé", "en": "paid"},
    "discounted": {"fr": "payé, actualisé", "en": "paid, discounted"},
    "per_funded": {"fr": "€ par reconversion (financés)", "en": "€ a conversion (funded)"},
    "per_region": {"fr": "€ par reconversion (région)", "en": "€ a conversion (region)"},
    "per_million": {"fr": "par million d'€ (financés)", "en": "per million € (funded)"},
    "remark": {"fr": "", "en": ""},
}

WHO: Mapping[str, Words] = {
    "funded": {"fr": "financés", "en": "funded"},
    "refused": {"fr": "refusés", "en": "refused"},
    "refused_rank": {"fr": "– pour leur rang", "en": "– for their rank"},
    "refused_project": {"fr": "– pour leur projet", "en": "– for their project"},
    "refused_too_dear": {"fr": "– trop chers", "en": "– too dear"},
    "refused_seat": {"fr": "– faute de place", "en": "– for want of a seat"},
    "converted": {"fr": "reconversions durables", "en": "durable conversions"},
    "additional": {"fr": "dont additionnelles", "en": "of which additional"},
    "all": {"fr": "tous les payeurs", "en": "all payers"},
    "whole": {"fr": "politique entière", "en": "whole policy"},
    "interaction": {"fr": "interaction", "en": "interaction"},
    "advice": {"fr": "deux fois plus de conseil", "en": "twice the advice"},
    "acceptance": {"fr": "plus de projets recevables", "en": "more sound projects"},
}

WITHIN = {"fr": "indiscernable du brassage", "en": "indistinguishable from churn"}
NOT_DEFINED = {"fr": "non défini", "en": "not defined"}
TOSS = {
    "fr": "Brassage : borne à pile ou face ; --churn 4 le mesure.",
    "en": "Churn: coin-toss bound; --churn 4 measures it.",
}
UNSPENT = {
    "fr": "{scheme} : {share} du budget engagé de {first} à {last}, net des abandons ({committed} sur "
    "{budget} euros) ; {received} dossiers reçus, {funded} financés.",
    "en": "{scheme}: {share} of the budget committed from {first} to {last}, less what lapsed ({committed} "
    "of {budget} euros); {received} files received, {funded} funded.",
}
UNSPENT_WHY: Mapping[bool, Words] = {
    True: {
        "fr": "Même tous financés, les dossiers reçus ne l'épuiseraient pas : trop peu de demandes.",
        "en": "Money would be left even if every file received were funded: too few apply.",
    },
    False: {
        "fr": "Les dossiers reçus y suffiraient : trop peu sont recevables, ou les places manquent.",
        "en": "The files received would use it up: too few are found sound, or seats lack.",
    },
}
"""Whether too few apply: what is lacking."""
UNSPENT_HOW = {
    "fr": "Ce que plus de conseil ou d'acceptation y changerait : --why-unspent.",
    "en": "What more advice or acceptance would change: --why-unspent.",
}
UNSPENT_THEN = {
    "fr": "– {scheme}, {what} : {share} du budget serait engagé, au lieu de {before} ; {received} dossiers "
    "reçus, {funded} financés.",
    "en": "– {scheme}, {what}: {share} of the budget would be committed instead of {before}; {received} "
    "files received, {funded} funded.",
}
UNSPENT_TRIALS = {
    "fr": "Un monde chacun, paramètres centraux ; ni conseil ni sélection n'y coûtent rien.",
    "en": "One world each, central parameters; neither advice nor selection costs anything there.",
}
OVER_REFILLED = {
    "fr": "Les effets régionaux dépendent aussi de la part des postes de stagiaires remplacés : "
    "--over training.post_refilled_share=0,0.5,1 dit quand leur signe change.",
    "en": "Regional effects hang on the share of trainees' posts refilled, too: "
    "--over training.post_refilled_share=0,0.5,1 says when their sign changes.",
}


def who(name: str, language: str) -> str:
    """A row's name; itself where it is the name of a scheme."""
    if name in WHO:
        return WHO[name][language]
    if name in ACCOUNTS:
        return ACCOUNTS[name][0 if language == "fr" else 1]
    return name.replace("_", " ")
