"""When things happen at a front door: by day mostly, less in August, the police at night as well."""

from datetime import date, datetime, time, timedelta
from random import Random

from shared.clock import LONDON
from shared.working_days import add_working_days, is_working_day

OLDEST_DAYS = 428
"""Some fourteen months: how long ago the oldest referral came; it shows on which day the county was made."""
ROUND_THE_CLOCK = frozenset({"6", "3E", "1A", "1B", "9"})
DAY_BEGINS, DAY_ENDS = time(8, 30), time(17, 0)


def at(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute, second), LONDON)


def by_yesterday(moment: datetime, follows: datetime, today: date) -> datetime:
    """Nothing in the made-up county is of today, so that it is the same at every hour; what would be comes sooner."""
    end = at(today - timedelta(days=1), 23, 50)
    return moment if moment <= end else min(follows + timedelta(minutes=20), end)


def working_day(day: date) -> date:
    """The day itself, or the working day before it."""
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def received(random: Random, today: date, days_ago: int, source: str) -> datetime:
    """A moment about so many days ago at which such a referrer refers."""
    day = today - timedelta(days=days_ago)
    if source in ROUND_THE_CLOCK and random.random() < 0.45:
        return at(day, random.choice((2, 6, 7, 18, 19, 20, 21, 22)), random.randrange(45), random.randrange(60))
    if day.month == 8 and days_ago < OLDEST_DAYS - 60 and random.random() < 0.4:
        day -= timedelta(days=31)
    return at(working_day(day), random.randrange(8, 17), random.randrange(60), random.randrange(60))


def in_office_hours(moment: datetime) -> datetime:
    """The moment itself, or the next morning on which somebody is there."""
    day = moment.date()
    if is_working_day(day) and DAY_BEGINS <= moment.time() <= DAY_ENDS:
        return moment
    if not is_working_day(day) or moment.time() > DAY_ENDS:
        day = add_working_days(day, 1)
    return datetime.combine(day, DAY_BEGINS, LONDON) + timedelta(minutes=moment.minute)


def rated(random: Random, received_at: datetime, rating: str) -> datetime:
    if rating == "red":
        return received_at + timedelta(minutes=random.randrange(10, 70))
    late = timedelta(days=2) if random.random() < 0.06 else timedelta()
    return in_office_hours(received_at + late + timedelta(minutes=random.randrange(40, 360)))


def decided(random: Random, received_at: datetime, rated_at: datetime, rating: str) -> datetime:
    """Mostly within the limit of the rating; about one in ten is late."""
    late = random.random() < 0.1
    if rating == "red":
        return max(
            rated_at, received_at + timedelta(minutes=random.randrange(250, 400) if late else random.randrange(75, 235))
        )
    days = 0 if rating == "amber" else random.randrange(0, 3)
    moment = in_office_hours(rated_at + timedelta(minutes=random.randrange(60, 300)))
    if days + late:
        moment = datetime.combine(add_working_days(moment.date(), days + 2 * late), moment.timetz())
    return moment
