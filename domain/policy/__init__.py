"""A county's policy (政策) as a file: who acts, in which order, by when, on which line of its text."""

from domain.policy.claims import Claims, Gate, Retention
from domain.policy.deadline import Deadline
from domain.policy.engine import EngineRules
from domain.policy.faults import Fault, PolicyError
from domain.policy.funds import Approval, Flow, Plan, Receipt, Release
from domain.policy.gaps import not_set
from domain.policy.people import Chain, County, Level, Post
from domain.policy.profile import Profile
from domain.policy.project import ProjectRules, Step
from domain.policy.reading import Engine, Policy, load, load_engine, parse, parse_engine

__all__ = [
    "Approval",
    "Chain",
    "Claims",
    "County",
    "Deadline",
    "Engine",
    "EngineRules",
    "Fault",
    "Flow",
    "Gate",
    "Level",
    "Plan",
    "Policy",
    "PolicyError",
    "Post",
    "Profile",
    "ProjectRules",
    "Receipt",
    "Release",
    "Retention",
    "Step",
    "load",
    "load_engine",
    "not_set",
    "parse",
    "parse_engine",
]
