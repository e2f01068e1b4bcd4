"""The product, top to bottom: what happens after a message, a ticket's change, a bug's news, a week. Each line is a transaction.

`call` where the verb finds what it did when a crash has it called again; `step` where the answer must be remembered.
"""

from bot.engine import Flow
from bot.flows import bugs, messages, tickets, weeks

FLOWS: dict[str, tuple[str, Flow]] = {
    "message_received": ("intake", messages.message_received),
    "ticket_wanted": ("intake", messages.ticket_wanted),
    "message_revised": ("intake", messages.message_revised),
    "history_received": ("work", messages.history_received),
    "ticket_opened": ("work", tickets.ticket_opened),
    "ticket_asked": ("model", tickets.ticket_asked),
    "ticket_changed": ("work", tickets.ticket_changed),
    "follow_up_received": ("work", messages.follow_up_received),
    "card_changed": ("work", tickets.card_changed),
    "people_mentioned": ("work", messages.people_mentioned),
    "levels_changed": ("work", tickets.levels_changed),
    "delivery_meant": (
        "intake",
        tickets.delivery_meant,
    ),  # what had to wait for its channel need not wait for other work
    "reply_due": ("intake", tickets.reply_due),
    "bug_proposed": ("model", bugs.bug_proposed),
    "bug_filed": ("tracker", bugs.bug_filed),  # a tracker may hang: nothing else waits behind it
    "tracker_told": ("tracker", bugs.tracker_told),
    "tracker_asked": ("tracker", bugs.tracker_asked),
    "bug_heard": ("work", bugs.bug_heard),
    "bug_changed": ("work", bugs.bug_changed),
    "alert_changed": ("intake", tickets.alert_changed),
    "alert_overdue": ("work", tickets.alert_overdue),
    "week_ended": ("model", weeks.week_ended),
    "week_grouped": ("work", weeks.week_grouped),
    "theme_titled": ("model", weeks.theme_titled),
    "meaning_wanted": ("model", tickets.meaning_wanted),  # an endpoint may hang
    "meanings_renewed": ("model", weeks.meanings_renewed),
}
"""Flow → (queue, function)."""
