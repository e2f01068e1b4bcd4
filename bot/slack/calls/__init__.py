"""Slack's Web API at Slack's pace."""
