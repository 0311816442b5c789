"""The installed engine against closed forms and against an independent simulation."""
