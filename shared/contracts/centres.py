"""Events of the centres service: none yet. Its timetable, attendance and crises will be announced from here."""
