"""
Fills the old system with what real ones hold: `generate PATIENTS --seed N --truth FILE`. A fifth as many projects, ten states
each. The same numbers make the same rows; the file tells which rows are wrong in which way, and who is the same person.
"""
import csv
import datetime
import io
import json
import random

from django.core.management.base import BaseCommand
from django.db import connection

FIRST = "Anna Ben Clara David Emma Felix Greta Hugo Ines Jonas Karla Leo Mia Noah Olga Paul Quirin Rosa Simon Tessa Uwe Vera Willem Xenia Yusuf Zoé André Zoë Björn Chloé Ömer Şule Łukasz Agnès José Inés".split()
FIRST_B = "Marie Lina Theo Max Lou Ida Jan Eva Tom Nele".split()
LAST = "Müller Schmidt García Núñez Smith Johnson Dubois Lefèvre Rossi Bianchi Novák Dvořák Kowalski Wójcik Andersson Østergård Nguyen Trần Okafor Mensah Sato Tanaka Silva Gonçalves Yılmaz Çelik Popescu Ionescu Horváth Tóth".split()
LAST_END = "er mann sen son ova ez i a".split()
KINDS = ["STL", "stl", "scan", "MODEL", "", "sketch"]
STATUS = ["new", "active", "review", "done", ""]
STATES = ["received", "scanned", "designed", "approved", "printed", "fitted", "shipped", "closed", "reopened", "archived"]
NOW = datetime.datetime(2024, 11, 1, 12, tzinfo=datetime.timezone.utc)


def spoilt(text):
    """UTF-8 that somebody read as Windows-1252, where that has letters for it; else as Latin-1."""
    raw = text.encode("utf-8")
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


class Rows:
    """Streams to COPY, so that a million rows need no memory."""

    def __init__(self, table, columns):
        self.table, self.columns, self.buffer = table, columns, io.StringIO()
        self.writer, self.count = csv.writer(self.buffer), 0

    def add(self, *values):
        self.writer.writerow(["\\N" if value is None else value for value in values])
        self.count += 1
        if self.count % 20000 == 0:
            self.flush()

    def flush(self):
        self.buffer.seek(0)
        with connection.cursor() as cursor:
            cursor.cursor.copy_expert(f"COPY {self.table} ({', '.join(self.columns)}) FROM STDIN WITH (FORMAT csv, NULL '\\N')", self.buffer)
        self.buffer = io.StringIO()
        self.writer = csv.writer(self.buffer)


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("patients", type=int)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--truth")

    def handle(self, patients, seed, truth, **_):
        self.random = random.Random(seed)
        self.truth = {"refused": {}, "repaired": {}, "noName": [], "duplicates": [], "apart": []}
        self.people(patients)
        self.projects(max(4, patients // 5), patients)
        self.templates(min(20, max(2, patients // 50)))
        with connection.cursor() as cursor:
            for table in ["auth_user", "dispatch_patient", "dispatch_project", "dispatch_state", "dispatch_template"]:
                cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
                cursor.execute(f"ANALYZE {table}")
        if truth:
            with open(truth, "w") as file:
                json.dump(self.truth, file)

    def refused(self, table, row, code):
        self.truth["refused"].setdefault(table, {})[str(row)] = code

    def person(self):
        pick = self.random.choice
        first = pick(FIRST) if self.random.random() < 0.6 else f"{pick(FIRST)} {pick(FIRST_B)}"
        last = pick(LAST) if self.random.random() < 0.3 else pick(LAST) + pick(LAST_END) + pick("abcdefghklmnoprst") + pick(LAST_END)
        born = datetime.date(1935, 1, 1) + datetime.timedelta(days=self.random.randrange(31000))
        return first, last, born, pick("FMfmo"), f"{first[0]}.{last}".lower().replace(" ", "") + f"{self.random.randrange(10**6)}@example.org"

    def people(self, patients):
        chance, count = self.random.random, patients
        users = Rows("auth_user", ["id", "password", "is_superuser", "username", "first_name", "last_name", "email", "is_staff", "is_active", "date_joined"])
        rows = Rows("dispatch_patient", ["id", "user_id", "birthdate", "sex", "updated_at"])
        self.staff = list(range(count + 1, count + 1 + max(4, count // 1000)))
        last, wants = None, None
        for row in range(1, count + 1):
            first, name, born, sex, mail = self.person()
            birthdate, user, changed = born.isoformat(), row, NOW - datetime.timedelta(minutes=self.random.randrange(10**6))
            draw = chance()
            if last and draw < 0.02:
                first, name, birthdate, sex, mail = self.double(last)
                self.truth["duplicates"].append([last[0], row])
            elif last and draw < 0.023:
                first, name, birthdate, sex, mail = self.other(first), last[2], last[3], sex, ""
                self.truth["apart"].append([last[0], row])
            elif last and draw < 0.026:
                first, name, birthdate, sex, mail = last[1], last[2], f"{int(last[3][:4]) + 28}{last[3][4:]}", last[4], ""
                birthdate = birthdate if birthdate < "2024" and birthdate[5:] != "02-29" else "2001-03-04"
                self.truth["apart"].append([last[0], row])
            elif draw < 0.031:
                first, name = "", "  "
                self.truth["noName"].append(row)
            elif draw < 0.036:
                first = " "
            elif draw < 0.050:
                if not (first + name).isascii():
                    self.truth["repaired"][str(row)] = [first, name]
                    first, name = spoilt(first), spoilt(name)
            elif draw < 0.052:
                name = name[:1] + "\ufffd" + name[2:]
                self.refused("dispatch_patient", row, "MOJIBAKE")
            elif draw < 0.056:
                birthdate = self.random.choice(["1985-02-30", "1990-13-01", "0001-01-01", "1066-10-14", "unknown", "31.12.1970"])
                self.refused("dispatch_patient", row, "IMPOSSIBLE_DATE")
            elif draw < 0.059:
                birthdate = self.random.choice(["2150-05-06", "2999-01-01", "9999-12-31"])
                self.refused("dispatch_patient", row, "FUTURE_BIRTH")
            elif draw < 0.063:
                user = count * 10 + row
                self.refused("dispatch_patient", row, "ORPHAN")
            elif draw < 0.064:
                user = None
                self.refused("dispatch_patient", row, "NO_USER")
            elif draw < 0.066:
                birthdate = None
            elif draw < 0.068:
                changed = NOW + datetime.timedelta(days=40000)
            elif draw < 0.070:
                sex, mail = "", ""
            else:
                last = (row, first, name, birthdate, sex, mail)
            users.add(row, "!", False, f"user{row}", first, name, mail, False, True, min(changed, NOW) - datetime.timedelta(days=400))
            rows.add(row, user, birthdate, sex, changed)
        for row in self.staff:
            first, name, _, _, mail = self.person()
            users.add(row, "!", False, f"staff{row}", first, name, self.random.choice([mail, "desk@example.org", "", "DESK@example.org"]), True, True, NOW)
        users.add(self.staff[-1] + 1, "!", False, "nobody", "No", "Body", "", False, False, NOW)
        users.flush()
        rows.flush()

    def other(self, first):
        return next(name for name in self.random.sample(FIRST, len(FIRST)) if name[0] != first[:1])

    def double(self, last):
        """The same person once more, as a second registration has it."""
        _, first, name, born, sex, mail = last
        way = self.random.randrange(6)
        if way == 0 and len(name) > 5:
            at = self.random.randrange(2, len(name) - 2)
            name = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
        elif way == 1:
            first, name = name, first
        elif way == 2 and int(born[8:]) <= 12:
            born = f"{born[:5]}{born[8:]}-{born[5:7]}"
        elif way == 3:
            mail = ""
        elif way == 4:
            first, name = first.upper(), name.upper()
        return first, name, born, sex, mail

    def projects(self, count, patients):
        chance, pick = self.random.random, self.random.choice
        rows = Rows("dispatch_project", ["id", "name", "patient_id", "type", "status", "version", "files", "notes", "created_at", "updated_at"])
        states = Rows("dispatch_state", ["id", "project_id", "name", "instruction", "changed_by_id", "created_at", "updated_at"])
        bad = self.truth["refused"].get("dispatch_patient", {})
        state = 0
        for row in range(1, count + 1):
            patient = self.random.randrange(1, patients + 1) if chance() < 0.95 else None
            name, version = f"Splint {pick('ABCDEFGH')}{row}", self.random.randrange(1, 5)
            draw = chance()
            if draw < 0.005:
                patient = patients * 20 + row
            elif draw < 0.01:
                name = " "
            elif draw < 0.015:
                version = 0
            elif draw < 0.02:
                name = spoilt(f"Schiene für Übergang {row}")
            is_bad = patient is not None and (patient > patients or str(patient) in bad)
            if is_bad:
                self.refused("dispatch_project", row, "ORPHAN")
            files = [f"/media/p{row}/upper.stl", {"path": f"p{row}/lower.ply", "type": "scan", "version": version or 1}][: self.random.randrange(3)]
            made = NOW - datetime.timedelta(minutes=500000 + self.random.randrange(10**5))
            rows.add(row, name, patient, pick(KINDS), pick(STATUS), version, json.dumps(files), pick(["", "Bite is open", "Naht prüfen"]), made, made + datetime.timedelta(hours=row % 999))
            at = made
            for step in range(10):
                state += 1
                at += datetime.timedelta(minutes=self.random.choice([0, 5, 90, 4000]))
                project, by, moment = row, pick(self.staff), at
                draw = chance()
                if draw < 0.003:
                    project = count * 20 + state
                elif draw < 0.004:
                    project = None
                elif draw < 0.006:
                    by = None
                elif draw < 0.008:
                    by = patients * 50
                elif draw < 0.009:
                    moment = datetime.datetime(1905, 1, 1, tzinfo=datetime.timezone.utc)
                if project is None:
                    self.refused("dispatch_state", state, "NO_PROJECT")
                elif project > count or is_bad:
                    self.refused("dispatch_state", state, "ORPHAN")
                elif moment.year < 1970:
                    self.refused("dispatch_state", state, "IMPOSSIBLE_DATE")
                states.add(state, project, STATES[step], pick(["", "Please check", "Größe anpassen"]), by, moment, moment)
        rows.flush()
        states.flush()

    def templates(self, count):
        rows = Rows("dispatch_template", ["id", "name", "body", "tasks", "state_id", "runs", "completed_runs", "average_minutes", "on_time_rate", "updated_at"])
        for row in range(1, count + 1):
            tasks = [{"name": f"Task {n}", "role": self.random.choice(["designer", "dentist"]), "position": n, "minutes": n * 10} for n in range(self.random.randrange(1, 6), 0, -1)]
            runs = self.random.randrange(100)
            rows.add(row, f"Template {row}", "Do this, then that", json.dumps(tasks), self.random.randrange(1, 9), runs, runs // 2, 12.5 if runs else None, 0.75 if runs else None, NOW)
        rows.flush()
