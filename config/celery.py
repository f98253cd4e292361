"""Celery: jobs carry ids, every job is a row with a sweep, and a broker that is down loses nothing.

Out of the box the broker is a folder of files, in production it is Redis. Each queue has a worker of its own.
"""

import os
import warnings
from pathlib import Path
from typing import Any

from celery import Celery
from celery.exceptions import SecurityWarning
from celery.signals import setup_logging
from django.conf import settings
from django_structlog.celery.steps import DjangoStructLogInitStep
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

MINUTE = 60.0
OTHER = "celery"  # the queue of every task that QUEUES does not name
QUEUES = {  # queue: its tasks. No task of one queue waits for one of another
    "mail": ("notices.deliver", "notices.sweep"),
    "papers": ("agreements.render", "elections.make_sample_agreement"),
    OTHER: (),
}
SWEEPS = {  # task name: seconds from one to the next
    "notices.sweep": 15.0,
    "notices.read_bounces": MINUTE,
    "accounts.start_roles": MINUTE,
    "agreements.sweep": 30.0,
    "elections.make_sample_agreement": 30.0,
    "elections.lapse": MINUTE,
    "elections.take_effect": 5.0,
    "elections.request_receipts": 5.0,
    "elections.remind": 10 * MINUTE,
    "elections.tell_signers": 30.0,
    "elections.tell_of_undelivered": 30.0,
    "elections.forget_sandboxes": 10 * MINUTE,
    "eligibility.sweep": 30.0,
    "eligibility.forget_probes": 60 * MINUTE,
}


def broker_settings(url: str, folder: Path) -> dict[str, Any]:
    """Return Celery's settings for the broker of this address; `folder` is where one of files keeps them."""
    if url.startswith("filesystem:"):
        options: dict[str, Any] = dict.fromkeys(("data_folder_in", "data_folder_out"), str(folder))
        options["polling_interval"] = 0.1
    else:
        # What a killed worker held comes back after this: longer than any task may take.
        options = {"visibility_timeout": 15 * MINUTE, "socket_connect_timeout": 5.0}
    return {"broker_url": url, "broker_transport_options": options}


TRANSPORT_ALIASES |= {
    "filesystem": "config.file_broker:Transport",
    **dict.fromkeys(("redis", "rediss"), "config.redis_broker:Transport"),
}
app = Celery("config")
app.conf.update(
    **broker_settings(settings.CELERY_BROKER_URL, settings.BROKER_DIR),
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    task_default_queue=OTHER,
    task_queues={name: {"exchange": name, "routing_key": name} for name in QUEUES},
    task_routes={task: {"queue": queue} for queue, tasks in QUEUES.items() for task in tasks},
    task_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    result_backend=None,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_soft_time_limit=4 * MINUTE,
    task_time_limit=5 * MINUTE,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_redirect_stdouts=False,
    worker_enable_remote_control=False,
    worker_send_task_events=False,
    enable_utc=True,
    timezone="UTC",
    beat_scheduler="config.main_processes:HeartbeatScheduler",
    beat_schedule={
        name: {"task": name, "schedule": seconds, "options": {"expires": seconds}} for name, seconds in SWEEPS.items()
    },
)
app.autodiscover_tasks()
app.steps["worker"] |= {DjangoStructLogInitStep, "config.main_processes:HeartbeatStep"}
warnings.filterwarnings("ignore", category=SecurityWarning)  # in a container and in the demo root is ordinary


@setup_logging.connect  # type: ignore[untyped-decorator]
def keep_our_logging(**_: Any) -> None:
    """Leave logging as config/logs.py set it up: Celery configures it only where nobody answers this."""
