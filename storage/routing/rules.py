"""Routing rules: data, editable, in order. The first that fits decides the queue."""

from typing import Any

from sqlalchemy import func
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import JsonType


class Rule(SQLModel, table=True):
    """`conditions`: field → wanted value or list of values (flagged, complaint, plan, kind, severity, language, channel) or
    bounds (`contract_value_min`, `contract_value_max`, EUR a year). All must hold."""

    __tablename__ = "rule"

    id: int | None = Field(default=None, primary_key=True)
    position: int = Field(index=True)
    name: str
    conditions: dict[str, Any] = Field(default_factory=dict, sa_type=JsonType)
    queue: str
    enabled: bool = True


def in_order(db: Session) -> list[Rule]:
    """All rules as they are tried."""
    return list(db.exec(select(Rule).order_by(col(Rule.position), col(Rule.id))))


def get(db: Session, rule_id: int) -> Rule | None:
    """One rule."""
    return db.get(Rule, rule_id)


def add(db: Session, rule: Rule) -> Rule:
    """Keep a rule; position 0 means last."""
    if rule.position <= 0:
        rule.position = (db.exec(select(func.max(Rule.position))).one() or 0) + 1
    db.add(rule)
    db.flush()
    return rule


def remove(db: Session, rule: Rule) -> None:
    """Drop a rule."""
    db.delete(rule)
    db.flush()
