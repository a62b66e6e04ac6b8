from services.centres.attendance import models as attendance
from services.centres.bookings import models as bookings
from services.centres.centres import models as centres
from services.centres.crises import models as crises
from services.centres.tables import Table
from services.centres.timetable import models as timetable
from shared.migrations import run_env

# Named so that importing this module is enough for `Table.metadata` to know every topic's tables.
TOPICS = (centres, timetable, bookings, attendance, crises)

run_env(Table.metadata)
