"""The question mark beside a value."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.db.models import Model
from django.urls import reverse

from daybreak.server.accounts.rights import has_right
from daybreak.server.enrolment.models import Participant
from daybreak.server.review.models import DataQuery
from daybreak.server.review.values import row_of

register = template.Library()


@register.inclusion_tag("review/mark.html", takes_context=True)
def query_mark(context: template.Context, person: Participant, row: Model, field: str) -> dict[str, Any]:
    """Show the query about `field` of `row`, or a way to ask about it for whoever may; nothing for others.

    A page with many marks asks the database twice in all: what it learns stays in the context.
    """
    known: dict[int, Any] = context.render_context.setdefault("queries", {})  # type: ignore[assignment, arg-type]
    if person.pk not in known:
        found = DataQuery.objects.filter(participant=person).order_by("pk")
        known[person.pk] = (
            {(query.row, query.field): query for query in found},
            has_right(context["request"].user, "ask-query", person.site),
            has_right(context["request"].user, "see-queries", person.site),
        )
    queries, may_ask, may_see = known[person.pk]
    query = queries.get((row_of(row), field)) if may_see else None
    href = f"{reverse('ask-query', args=[person.code])}?{urlencode({'row': row_of(row), 'field': field})}"
    return {"query": query, "href": href if may_ask else "", "field": field}
