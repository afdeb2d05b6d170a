"""Lotkeeper with Python's standard library: sign in, list, dispense under an idempotency key, again, and be refused."""

import json
import os
import time
import urllib.error
import urllib.request
import uuid

URL = os.environ.get("LOTKEEPER_URL", "http://127.0.0.1:4000")
EMAIL = os.environ.get("LOTKEEPER_EMAIL", "pharmacist@demo.example")
PASSWORD = os.environ.get("LOTKEEPER_PASSWORD", "lotkeeper-demo")


class Refused(Exception):
    def __init__(self, error):
        super().__init__(error["message"])
        self.code = error["extensions"]["code"]
        self.context = error["extensions"].get("context", {})


def ask(query, variables=None, token=None):
    """The data of the answer. What was not answered, or may be tried again, is sent again as it is."""
    body = json.dumps({"query": query, "variables": variables or {}}).encode()
    headers = {"content-type": "application/json", **({"authorization": f"Bearer {token}"} if token else {})}
    for attempt in range(1, 6):
        try:
            return once(urllib.request.Request(f"{URL}/graphql", body, headers))
        except Refused as refused:
            if not refused.context.get("retryable") or attempt == 5:
                raise
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            if attempt == 5:
                raise
        time.sleep(0.2 * 2**attempt)


def once(request):
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            answer = json.load(response)
    except urllib.error.HTTPError as error:
        if error.headers.get_content_type() != "application/json":
            raise
        answer = json.load(error)
    if answer.get("errors"):
        raise Refused(answer["errors"][0])
    return answer["data"]


LOGIN = "mutation($email: String!, $password: String!) { login(input: {email: $email, password: $password}) { token user { roles } } }"
STOCKS = "query($filter: StockFilter) { stocks(filter: $filter) { nodes { available product { id deaSchedule } } } }"
DISPENSE = "mutation($input: DispenseInput!) { dispense(input: $input) { records { id quantity } } }"

login = ask(LOGIN, {"email": EMAIL, "password": PASSWORD})["login"]
token = login["token"]
print("signed in as", ",".join(login["user"]["roles"]))

location = ask("{ locations { id } }", token=token)["locations"][0]["id"]
stocks = ask(STOCKS, {"filter": {"locationId": location, "status": "LIVE"}}, token)["stocks"]["nodes"]
product = next(each["product"]["id"] for each in stocks if each["available"] >= "1" and each["product"]["deaSchedule"] is None)


def dispense(key, quantity):
    lines = [{"productId": product, "quantity": quantity}]
    return ask(DISPENSE, {"input": {"idempotencyKey": key, "locationId": location, "lines": lines}}, token)["dispense"]["records"][0]


key = str(uuid.uuid4())  # before the first try, and kept until there is an answer
first = dispense(key, "1")
print("dispensed", first["quantity"])
if dispense(key, "1")["id"] == first["id"]:
    print("the same key, the same record")

try:
    dispense(str(uuid.uuid4()), "1000000")
except Refused as refused:
    print("refused:", refused.code)
