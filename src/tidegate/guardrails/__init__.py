"""Refusals: one limit a file, and the only place where an approval is made."""

from tidegate.guardrails.approval import Approved, order_id
from tidegate.guardrails.gate import Gate, Trip
from tidegate.guardrails.guardrail import Guardrail, Verdict
from tidegate.guardrails.hours import Hours, Window
from tidegate.guardrails.limits import Limits
from tidegate.guardrails.reading import read_limits
from tidegate.guardrails.refusal import INCIDENTS, SENTENCES, Reason, Refused
from tidegate.guardrails.review import Market, Standing
from tidegate.guardrails.rules import GUARDRAILS

__all__ = [
    "GUARDRAILS",
    "INCIDENTS",
    "SENTENCES",
    "Approved",
    "Gate",
    "Guardrail",
    "Hours",
    "Limits",
    "Market",
    "Reason",
    "Refused",
    "Standing",
    "Trip",
    "Verdict",
    "Window",
    "order_id",
    "read_limits",
]
