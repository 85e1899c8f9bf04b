"""How the log speaks of accounts."""

from __future__ import annotations

import sqlalchemy as sa

from trainingapp.accounts.models import Centre, Organisation, OrganisationKind, Person, Sex
from trainingapp.core.i18n import _l
from trainingapp.core.logged import Kind, OwnPage
from trainingapp.core.permissions import P, Role

KINDS = (
    Kind(
        name="organisation",
        model=Organisation,
        rows=sa.select(Organisation.id, Organisation.name),
        label=_l("Organisation"),
        page=OwnPage(endpoint="accounts.organisation", argument="organisation_id"),
    ),
    Kind(
        name="centre",
        model=Centre,
        rows=sa.select(Centre.id, Centre.name),
        label=_l("Centre"),
        page=OwnPage(endpoint="scheduling.centre", argument="centre_id"),
        is_training=True,
    ),
    Kind(
        name="person",
        model=Person,
        rows=sa.select(Person.id, Person.name),
        label=_l("Person"),
        page=OwnPage(endpoint="accounts.person", argument="person_id", needs=P.PEOPLE_VIEW),
    ),
)

FIELDS = {
    "centre_id": _l("Centre"),
    "city_en": _l("City (English)"),
    "city_ru": _l("City (Russian)"),
    "country_code": _l("Country"),
    "email": _l("E-mail address"),
    "everywhere": _l("In every browser"),
    "family_name": _l("Family name"),
    "family_name_latin": _l("Family name in Latin letters"),
    "family_name_ru": _l("Family name in Russian"),
    "given_name": _l("Given name"),
    "given_name_latin": _l("Given name in Latin letters"),
    "given_name_ru": _l("Given name in Russian"),
    "organisation_id": _l("Organisation"),
    "patronymic": _l("Patronymic"),
    "patronymic_ru": _l("Patronymic in Russian"),
    "post": _l("Post"),
    "sex": _l("Sex"),
}
CHOICES = {"kind": OrganisationKind, "role": Role, "sex": Sex}
