"""Reads of the link worker's support."""

from uuid import UUID

from sqlalchemy import Select, select

from services.casework.early_help.link_worker_support.models import LinkWorkerSupport


def support_of(case_id: UUID) -> Select[LinkWorkerSupport]:
    return select(LinkWorkerSupport).where(LinkWorkerSupport.case_id == case_id)
