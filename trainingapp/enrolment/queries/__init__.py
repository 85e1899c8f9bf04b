"""Reads about places. Lists are Core rows, in a constant number of queries."""

from __future__ import annotations

from trainingapp.enrolment.queries.lists import (
    PLACE_COLUMNS,
    history_of,
    lineage_of,
    organisations_on,
    participants,
    place_row,
    places_of,
    roster,
    steps_of_line,
)
from trainingapp.enrolment.queries.people import (
    candidates,
    clashes_of,
    colleagues,
    people_by_ids,
)
from trainingapp.enrolment.queries.places import (
    count_claims,
    ended_holds,
    find_live_place,
    find_place,
    held_places,
    live_places,
    nominated_places,
    offers_beyond,
    overdue_offers,
    places_where,
    sessions_out_of_date,
    sessions_overdue,
    waiting_people,
    waiting_places,
)
from trainingapp.enrolment.queries.standing import ended_by, left_from, position_of, with_standing
from trainingapp.enrolment.queries.terms import (
    facts_of,
    find_terms,
    free_quotas,
    organisation_of,
    quotas_of,
)

__all__ = [
    "PLACE_COLUMNS",
    "candidates",
    "clashes_of",
    "colleagues",
    "count_claims",
    "ended_by",
    "ended_holds",
    "facts_of",
    "find_live_place",
    "find_place",
    "find_terms",
    "free_quotas",
    "held_places",
    "history_of",
    "left_from",
    "lineage_of",
    "live_places",
    "nominated_places",
    "offers_beyond",
    "organisation_of",
    "organisations_on",
    "overdue_offers",
    "participants",
    "people_by_ids",
    "place_row",
    "places_of",
    "places_where",
    "position_of",
    "quotas_of",
    "roster",
    "sessions_out_of_date",
    "sessions_overdue",
    "steps_of_line",
    "waiting_people",
    "waiting_places",
    "with_standing",
]
