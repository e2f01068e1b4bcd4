"""What staff read in Slack of what they pressed, what more they can do with a ticket, and around a reply."""

DID = {
    "claimed": "{reference} is yours.",
    "released": "{reference} is everybody's again.",
    "handed_over": "{reference} is handed over.",
    "resolved": "{reference} is resolved.",
    "reopened": "{reference} is open again.",
    "snoozed": "{reference} sleeps.",
    "woken": "{reference} is awake again.",
    "corrected": "{reference} is set right.",
    "promised": "The promise on {reference} will come up before it is due.",
    "promise_dropped": "It is no promise of {reference}.",
    "noted": "Your note on {reference} is kept. Only staff can read it.",
}
HAS_IT, DISMISSED = "You have it. Nobody else is called.", "Dismissed. It takes more customers from now on."
PAUSED = "Enjoy your pause."
PROMISED, YES_PROMISED, NOT_PROMISED = "You wrote “{words}”: promised for {at}?", "Yes, remind us", "No promise"
UNTAG = "Take a tag off"
MANY, MANY_LOOK = "Several at once", "Look at it"
MANY_WHAT, MANY_WHICH, MANY_TAG = "What to do", "To which", "The tag, where it is one"
MANY_SURE, MANY_LEFT, AND_MORE = "{deed}, to these", "Left as they are", "… and {count:,} more"
NOTHING_TO_CHOOSE, FITS_NONE = "There is nothing to choose from.", "It fits none of those you chose."
WHICH_TAG = "Say which tag."
DID_SOMETHING = "{reference}: done."
UNDONE = "Taken back. It is as it was."

CUSTOMER, NOBODY_KNOWS = (
    "Customer",
    "Nobody knows yet whose ticket this is; say so in the console under “Who is this?”.",
)
AWAY = "Going away?"
AWAY_CHOICES = {"1": "for an hour", "4": "for four hours", "day-1": "until tomorrow, 9:00", "day-7": "for a week"}
BACK, PAUSE, OWN_DAY = "I am back", "I take a pause", "Your day"
MORE = "More"
MORE_SUBMIT = "Do it"
NOTHING_CHOSEN = "Choose something first."
TO, WORD = "Hand over to", "A word for them"
SEVERITY, TAGS, TAGS_HINT = "Set its severity right", "Tag it", "Several with commas between."
THEME = "It tells of theme (by name)"
LINK, MERGE, REFERENCE_HINT = "It belongs to ticket", "Merge it into ticket", "Such as ES-1042. Every message is kept."
SPLIT = "Own ticket from this message on"
EMERGENCY, WHY = "Call whoever is on call", "Why (whoever is called reads it first)"
SAY_WHY = "Say why: whoever is called reads it first."
AS_IT_IS = "Leave as it is"

THEN = {"waiting": "then wait for the customer", "open": "keep it with us", "resolve": "then resolve"}
THEN_LABEL = "After sending"
AT_LABEL, AT_HINT = "Send later", "Held back if the customer writes before. Empty: in a few seconds."
SAVED, WRITE = "Put in a saved reply", "Let the model write it"
SENT_AT = "It goes out {at}."


def weary(number: int) -> str:
    """That a pause is due."""
    return f":tea: {number} bitter conversations in a row. A pause of a quarter of an hour?"
