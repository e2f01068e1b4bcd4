"""What people do in Slack: presses, modals, the shortcut, the slash command, the home. Translated into verbs, for staff only."""
