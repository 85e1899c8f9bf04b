"""What is tried of the toy feature, in a process whose ``trainingapp`` is the copy with the feature in it."""

from __future__ import annotations

import sys
import tempfile

from trainingapp.equipment.models import Loan  # type: ignore[import-not-found]
from trainingapp.equipment.services import lend  # type: ignore[import-not-found]

import config
from tests.builders import a_coordinator, a_session, a_sign_in, an_officer
from trainingapp.app import create_app
from trainingapp.audit.queries import rows
from trainingapp.audit.texts import lines
from trainingapp.core.clock import utc_now
from trainingapp.core.db import Base, db
from trainingapp.core.jobs import jobs_of
from trainingapp.mail.models import Letter
from trainingapp.mail.texts import text_of
from trainingapp.scheduling.services import cancel


def live(folder: str) -> None:
    app = create_app(config.Testing({"DATA_DIR": folder}))
    with app.app_context():
        Base.metadata.create_all(db.engine)
        session_id, officer, coordinator = a_session().id, an_officer(), a_coordinator()
        officer_id = officer.id
        lend(officer_id, session_id, "helmet")
        [letter] = db.session.scalars(db.select(Letter)).all()
        [line] = lines(db.session.execute(rows()).all(), "UTC")
        text = text_of(letter)
        print("letter:", text.subject, "|", text.body.splitlines()[2])
        print("log:", line.sentence)
        print("job:", "count_equipment" in {job.name for job in jobs_of(app)})
        tokens = {who: a_sign_in(person) for who, person in (("coordinator", coordinator), ("officer", officer))}
        db.session.remove()
    for who, token in tokens.items():
        client = app.test_client()
        with client.session_transaction() as session:
            session["_user_id"] = token
        page = client.get(f"/sessions/{session_id}/equipment")
        again = client.post(f"/sessions/{session_id}/equipment", data={"person_id": officer_id, "thing": "helmet"})
        tabs = client.get(f"/sessions/{session_id}").text.count(f'href="/sessions/{session_id}/equipment"')
        desk = "Not returned: helmet" in client.get("/desk").text
        print(f"{who}:", page.status_code, "helmet" in page.text, tabs, desk)
        print(f"{who} lends:", again.status_code, "Lent already: helmet." in again.text)
    with app.app_context():
        cancel(session_id, "the room is not free", now=utc_now())
        print("left when cancelled:", db.session.scalar(db.select(db.func.count()).select_from(Loan)))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        live(folder)
        sys.stdout.flush()
