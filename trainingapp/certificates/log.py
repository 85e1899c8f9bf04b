"""How the log speaks of certificates."""

from __future__ import annotations

import sqlalchemy as sa

from trainingapp.certificates.models import Certificate, Ground
from trainingapp.core.i18n import _l
from trainingapp.core.logged import Kind, OwnPage
from trainingapp.core.permissions import P

KINDS = (
    Kind(
        name="certificate",
        model=Certificate,
        rows=sa.select(Certificate.id, Certificate.serial),
        called=lambda row: str(row.serial),
        label=_l("Certificate"),
        title=lambda certificate: str(certificate.serial),
        page=OwnPage(endpoint="certificates.certificate", argument="certificate_id", needs=P.CERTIFICATE_VIEW),
        is_training=True,
        fields=("replacement_id",),
    ),
)

FIELDS = {
    "ground": _l("Ground"),
}
CHOICES = {"ground": Ground}
