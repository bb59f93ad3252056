"""Echo, a source for tests: it knows the files whose hash begins with a digit, and says what it was told to say."""

from dataclasses import dataclass

from enrich.clock import SystemClock, utc
from enrich.config.parsing import option
from enrich.model.finding import Answer, Finding, Status
from enrich.model.quota import Allowance, Quota, Usage
from enrich.model.sent_request import SentRequest
from enrich.model.verdict import Verdict
from enrich.providers.shared.api_key import KeyPlaces
from enrich.providers.shared.declared import ColumnMaker
from enrich.providers.shared.interface import Route
from enrich.providers.shared.origin import account_of, origin_of

NAME, TITLE, PREFIX, ADDRESS = "echo", "Echo", "ec", "https://echo.example"
KINDS, GATE, STATES_QUOTA = ("hash",), False, True
DEFAULT_QUOTA = Quota(None, 1000, None)
KEY_PLACES = KeyPlaces(("ECHO_KEY",), "", "", "echo", "it is a word", "ask the test")
ROUTES = (Route("GET", "/say/[0-9a-f]{32,64}", meaning="an echo"),)


@dataclass(frozen=True, slots=True)
class OPTIONS:
    echo_word: str = option("heard", "what Echo says", metavar="WORD")


def columns_for(options):
    columns = ColumnMaker(PREFIX, "EC")
    return columns.column_set(TITLE, columns.text("word", "word", "What Echo says"))


def preferred(names):
    return names[0]


def verdict(finding, malicious_from):
    return {Status.FOUND: Verdict.SUSPICIOUS, Status.NOT_FOUND: Verdict.UNKNOWN}.get(finding.status, Verdict.NONE)


def spares(finding, options):
    return ""


def decode(body, finding, options):
    return finding


def make(access):
    return Echo(access)


class Echo:
    def __init__(self, access):
        self.access = access
        self.origin = origin_of(NAME, ADDRESS, access.address)
        self.account = account_of(self.origin, access.key)

    async def fetch(self, indicator):
        ended = (
            self.access.on_request(SentRequest("GET", "echo.example", "/say/" + indicator.value))
            if self.access.on_request
            else None
        )
        now = utc(SystemClock().time())
        known = indicator.value[0].isdigit()
        fields = {"ec_word": self.access.options.echo_word} if known else {}
        status = Status.FOUND if known else Status.NOT_FOUND
        if ended:
            ended(200 if known else 404, "")
        return lambda: Answer(Finding(indicator, self.origin, status, fields, "", now, (indicator,)))

    async def allowance(self):
        return Allowance(Quota(None, 77, None), Usage(3, 3))

    stated_allowance = allowance

    async def close(self):
        pass
