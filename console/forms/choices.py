"""What may be chosen in a request's form: by the county's adopted rules, and by what is in its store."""

from collections.abc import Callable, Mapping

from console.forms import choices_rules as rules
from console.forms import choices_store as store
from console.forms.offering import Context, Options
from console.forms.shapes import Field, fields_of
from domain.requests import name_of

Offer = Callable[[Context], Options | None]

# By the request's name, or the rows (or group) that the field stands in; then by the field's name alone.
_OF: dict[tuple[str, str], Offer] = {
    ("absence.open/1", "person"): store.persons,
    ("absence.open/1", "steps"): rules.steps,
    ("asset.share-income/1", "use"): rules.income_uses,
    ("claim.lodge/1", "kind"): rules.claim_kinds,
    ("claim.correct/1", "kind"): rules.claim_kinds,
    ("disclosure.enter/1", "rule"): rules.disclosures,
    ("disclosure.publish/1", "place"): store.places,
    ("fund.release/1", "plan_no"): store.plans_in_force,
    ("surplus.move/1", "plan_no"): store.plans_in_force,
    ("handling.assign/1", "to"): store.persons,
    ("handling.forward/1", "to"): store.persons,
    ("meeting.leave-items/1", "items"): store.items,
    ("paper.attach/1", "digest"): store.nothing,
    ("paper.attach/1", "paper"): store.papers_asked,
    ("paper.withdraw/1", "paper"): store.papers_attached,
    ("project.answer/1", "step"): rules.steps,
    ("project.cosign/1", "step"): rules.steps,
    ("training.record/1", "rule"): rules.trainings,
    ("training.record/1", "form"): rules.training_forms,
    ("agenda", "plan_no"): store.plans_open,
    ("bases", "rule"): rules.computing,
    ("reasons", "rule"): rules.computing,
    ("bases", "factor"): rules.factors,
    ("decisions", "no"): store.items,
    ("instrument", "id"): rules.instruments,
    ("instrument", "group"): rules.groups,
    ("measures", "of"): rules.measures,
    ("papers", "kind"): rules.claim_papers,
    **{(f"{kind}.move/1", "to"): store.policies for kind in ("fund", "plan", "project", "claim")},
    ("people.revoke-key/1", "key_id"): store.keys,
    ("people.rotate-key/1", "old"): store.keys,
}
_BY_NAME: dict[str, Offer] = {
    "accountable": rules.posts,
    "ban": rules.bans,
    "body": rules.bodies,
    "claims": store.claims,
    "consulted": rules.posts_open,
    "department": rules.post_names,
    "deputy": store.persons,
    "digest": store.papers,
    "duty": rules.duties,
    "fund_no": store.funds,
    "gate": rules.gates,
    "group": rules.groups,
    "kinds": rules.case_kinds,
    "ladder": rules.ladders,
    "levels": rules.levels,
    "list_digest": store.papers,
    "loan_no": store.loans,
    "meeting_no": store.meetings,
    "modes": rules.linkage_modes,
    "measure": store.measures,
    "named": rules.problems,
    "pool": rules.pools,
    "post": rules.posts,
    "posts": rules.posts,
    "project_no": store.projects,
    "purpose": rules.uses,
    "ranking": rules.rankings,
    "record": store.papers,
    "replaces": store.papers,
    "return_to": store.returns_to,
    "routine": rules.routines,
    "rung": rules.rungs,
    "second_post": rules.posts,
    "source": rules.sources,
    "stage": rules.stages,
    "step": store.open_steps,
    "subject": store.subjects,
    "system": rules.systems,
    "test": rules.entry_tests,
    "tier": rules.tiers,
    "to_meeting": store.meetings,
    "took_part": rules.posts_open,
    "township": store.townships,
    "trigger": rules.triggers,
    "under": rules.shared_by_tiers,
    "unit": store.units,
    "use": rules.classes,
    "village": store.villages,
    "vouchers": store.papers,
}


def choices_for(request_type: type, context: Context) -> Mapping[str, Options]:
    """Return what may be chosen, by the field's path; where nothing is named, any text will do.

    A row's number is `*` in a path. Of a field that the county's rules restrict the options are closed; long lists
    from the store are only offered.
    """
    found: dict[str, Options] = {}
    for field in fields_of(request_type):
        for one, within in ((field, name_of(request_type)), *((inner, field.name) for inner in field.fields)):
            offered = _offer(one, within, context)
            if offered is not None and offered.choices:
                found[one.path] = offered
    return found


def _offer(field: Field, within: str, context: Context) -> Options | None:
    offer = _OF.get((within, field.name)) or _BY_NAME.get(field.name)
    return offer(context) if offer is not None and field.widget in _OFFERED else None


_OFFERED = frozenset({"line", "list", "paper", "papers", "text"})
