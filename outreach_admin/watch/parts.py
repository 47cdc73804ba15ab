"""The console's own checks; beside them the two servers are parts, by virtue of being asked."""

from outreach_admin.watch import databases, disks, pulses
from outreach_admin.watch.checks import Check, Server

CHECKS = (
    Check("migrations", databases.migrations_problem, Server.POSTGRESQL),
    Check(
        "transactions",
        databases.old_transaction,
        Server.POSTGRESQL,
        means="Ask its owner to end it, or the platform team",
        strains=True,
    ),
    Check("connections", databases.pool_problem),
    Check(
        "worker",
        pulses.worker_problem,
        Server.REDIS,
        means="Operations and files wait until one is back",
    ),
    Check(
        "schedule",
        pulses.schedule_problem,
        Server.REDIS,
        means="Tell the platform team; operations under way go on",
    ),
    Check(
        "chores",
        pulses.chores_problem,
        Server.REDIS,
        means="Tell the platform team; it is tried again every minute, and the rest is done",
        strains=True,
    ),
    Check(
        "take-up",
        pulses.take_up_problem,
        Server.REDIS,
        means="Look at the operations that run without progress, and tell the platform team",
    ),
    Check(
        "slots",
        pulses.slots_problem,
        Server.REDIS,
        means="What is started now waits for one that gets free",
        strains=True,
    ),
    Check(
        "room",
        disks.room_problem,
        means="Reading works; what needs to be written is refused",
    ),
    Check(
        "writes",
        pulses.full_disk_problem,
        Server.REDIS,
        means="Reading works; what needs to be written may be refused",
    ),
)
