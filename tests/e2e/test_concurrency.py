# SPDX-License-Identifier: Apache-2.0
"""Many writers at once, over HTTP: no change is lost, none is half written, and what is refused may be tried again."""
import datetime
import os
import random
import sys
import threading
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Company, Refused, backends  # noqa: E402
from web import Server, action_path  # noqa: E402

WRITERS, ROUNDS = 50, 4
AGAIN = ("opportunity.version.conflict", "database.busy", "database.conflict")


class Client:
    def __init__(self, server):
        self.server = server

    def call(self, name, **fields):
        status, answer = self.server.post(action_path(name), fields)
        if status != 200:
            raise Refused(answer.get("error", answer) if isinstance(answer, dict) else {"key": str(status), "message": str(answer)}, name)
        return answer


def at_once(work):
    """Runs work(number) in fifty threads that start together; answers what they raised."""
    errors, start = [], threading.Barrier(WRITERS)

    def run(number):
        start.wait()
        try:
            work(number)
        except Exception as error:  # noqa: BLE001  (shown by the test)
            errors.append(f"{number}: {error}")
    threads = [threading.Thread(target=run, args=(n,)) for n in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def serve(company):
    company.call("user.create", login="admin", password="correct horse", name="Admin", roles=["administrator"])
    server = Server(company)
    status, answer = server.login("admin", "correct horse")
    assert status == 200, answer
    return server


def audit_rows(company, action):
    table = "sl_audit" if company.backend.name == "sqlite" else "sales_leads.sl_audit"
    return company.backend.rows(f"select entity_id from {table} where action = '{action}'")


def two_users_on_one_record(test, c):
    """The second of two who read the same version is told so, and loses nothing."""
    number = c.opportunity("Deal", c.customer("Acme"))
    version = c.call("opportunity.get", id=number)["version"]
    c.call("opportunity.update", id=number, title="First", expected_version=version)
    with test.assertRaises(Refused) as refused:
        c.call("opportunity.update", id=number, description="Second", expected_version=version)
    test.assertEqual(refused.exception.key, "opportunity.version.conflict")
    test.assertIn(str(version + 1), str(refused.exception))
    test.assertEqual(c.call("opportunity.get", id=number)["title"], "First")


def fifty_writers_on_one_record_lose_no_update(test, c):
    """Each adds 1.00 to what it read, four times, and reads again when somebody was faster: all 200 must be there."""
    number = c.opportunity("Deal", c.customer("Acme"), amount={"minor": 0, "currency": "SEK"})
    first = c.call("opportunity.get", id=number)["version"]
    before = len(audit_rows(c, "opportunity.update"))
    with serve(c) as server:
        client, again = Client(server), []

        def add(_):
            done = 0
            while done < ROUNDS:
                row = client.call("opportunity.get", id=number)
                try:
                    client.call("opportunity.update", id=number, amount={"minor": row["amount"]["minor"] + 100, "currency": "SEK"},
                                expected_version=row["version"])
                    done += 1
                except Refused as error:
                    if error.key not in AGAIN:
                        raise
                    again.append(error.key)
        test.assertEqual(at_once(add), [])
    row = c.call("opportunity.get", id=number)
    test.assertEqual(row["amount"]["minor"], WRITERS * ROUNDS * 100)
    test.assertEqual(row["version"], first + WRITERS * ROUNDS)
    test.assertEqual(len(audit_rows(c, "opportunity.update")), before + WRITERS * ROUNDS)
    test.assertGreater(len(again), 0, "nobody met anybody: this proves nothing")


def fifty_writers_over_ten_records_never_wait_for_ever(test, c):
    """Moves, sellers, touches and documents cross each other; every accepted change is one version."""
    anna, bo, fair = c.employee("Anna"), c.employee("Bo"), c.campaign("Fair", "fair")
    customers = [c.customer(f"Customer {n}") for n in range(5)]
    numbers = [c.opportunity(f"Deal {n}", customers[n % 5], owner=anna) for n in range(10)]
    versions = {n: c.call("opportunity.get", id=n)["version"] for n in numbers}
    accepted, lock = dict.fromkeys(numbers, 0), threading.Lock()
    with serve(c) as server:
        client = Client(server)

        def change(seed):
            rnd = random.Random(seed)
            for turn in range(ROUNDS):
                number = rnd.choice(numbers)
                day = datetime.date(2025, 1, 1) + datetime.timedelta(seed * ROUNDS + turn)  # the same touch twice would be one
                name, fields = rnd.choice([
                    ("opportunity.update", {"title": f"Deal of {seed} {rnd.random()}"}),
                    ("opportunity.set_sellers", {"sellers": [{"employee": anna, "share": "60"}, {"employee": bo, "share": "40"}]}),
                    ("opportunity.add_touch", {"campaign": fair, "date": day.isoformat()}),
                    ("opportunity.update", {"planned_close": f"2030-{rnd.randint(1, 12):02d}-{rnd.randint(1, 28):02d}", "title": str(seed)}),
                    ("order.create", {"customer": rnd.choice(customers), "lines": [{"net": 100}]})])
                for _attempt in range(50):
                    try:
                        made = client.call(name, **({} if name == "order.create" else {"id": number}), **fields)
                        break
                    except Refused as error:
                        if error.key not in AGAIN:
                            raise
                else:
                    raise AssertionError(f"{name} was refused fifty times")
                if name != "order.create":
                    with lock:
                        accepted[number] += 1
                    assert made["id"] == number
        test.assertEqual(at_once(change), [])
    test.assertEqual({n: c.call("opportunity.get", id=n)["version"] - versions[n] for n in numbers}, accepted)
    test.assertGreater(sum(accepted.values()), WRITERS)


def one_request_id_from_fifty_writers_writes_once(test, c):
    """A wish that is sent again, even at the same moment, is done once and answered the same."""
    customer, answers = c.customer("Acme"), []
    with serve(c) as server:
        client = Client(server)

        def create(_):
            for _attempt in range(50):
                try:
                    answers.append(client.call("opportunity.create", title="Once", customer=customer, request_id="the same")["id"])
                    return
                except Refused as error:
                    if error.key not in AGAIN:
                        raise
        test.assertEqual(at_once(create), [])
    test.assertEqual(len(answers), WRITERS)
    test.assertEqual(len(set(answers)), 1)
    test.assertEqual(len(c.pages("opportunity.list", "opportunities")), 1)


CASES = [two_users_on_one_record, fifty_writers_on_one_record_lose_no_update, fifty_writers_over_ten_records_never_wait_for_ever,
         one_request_id_from_fifty_writers_writes_once]


class Concurrency(unittest.TestCase):
    maxDiff = 2000


def add_test(case, backend):
    def run(self):
        with Company(backend(), currency="SEK") as company:
            case(self, company)
    setattr(Concurrency, f"test_{case.__name__}_{backend.name}", run)


for _case in CASES:
    for _backend in backends():
        add_test(_case, _backend)

if __name__ == "__main__":
    unittest.main()
