from prompts import slack
from storage.vocabulary import EMERGENCIES, KINDS


def test_every_kind_and_emergency_has_a_label() -> None:
    assert set(slack.KINDS) == set(KINDS)
    assert set(slack.EMERGENCIES) == set(EMERGENCIES)
    assert set(slack.SEVERITIES) == {1, 2, 3, 4}


def test_labels_fit_into_buttons_options_and_modal_titles() -> None:
    words = {name: value for name, value in vars(slack).items() if name.isupper()}
    assert all(len(value) <= 24 for name, value in words.items() if name.endswith("_TITLE"))
    assert all(
        len(value) <= 75
        for name, value in words.items()
        if isinstance(value, str) and "_" not in name and name != "HELP"
    )
    labels = [value for name, value in words.items() if isinstance(value, dict) and not name.endswith("REFUSALS")]
    assert all(len(label) <= 75 for value in labels for label in value.values())


def test_who_was_faster_is_named_where_known() -> None:
    assert slack.taken_by("Marta") == "Marta has taken this one."
    assert slack.taken_by(None) == "Somebody else has taken this one."


def test_an_alert_mentions_who_is_on_call_and_nobody_else() -> None:
    text = slack.alert("security", "Acme <!channel>", "we see <@U999> of @here", "ES-1042", mention="U012ABC")
    assert text.startswith("<@U012ABC> *Security* at Acme &lt;!channel&gt;")
    assert text.count("<@") == 1
    assert "@here" not in text
    assert not slack.alert("outage", "Acme", "down", "ES-1", mention="!channel").startswith("<")


def test_an_alert_grows_instead_of_firing_again() -> None:
    assert slack.alert_again(3, 1) == "3 reports by one customer so far."
    assert slack.alert_again(7, 4) == "7 reports by 4 customers so far."
    assert slack.alert_confirmed("Marta", "11:04") == "Marta has it since 11:04."
