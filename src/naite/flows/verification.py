"""Is this badge genuine and still valid? One route for our own badges and everybody else's.

Verification reads bytes and published documents, never our award rows: our own DID documents and status lists
are read in the process exactly as they are served, those of others through the guarded client.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from time import monotonic
from typing import Any, Literal

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from credcore import jsonio
from credcore.did import did_web_url
from credcore.errors import CredentialError, NotFound, Unavailable
from credcore.report import Check, Report
from credcore.verify import Resolvers, verify, verify_many
from naite.flows import issuer_words, log_proofs
from naite.flows.badge_reading import Shown, read
from naite.flows.issuer_words import Line, Mark, Text
from naite.roots import limits
from naite.roots.errors import Invalid, Refused
from naite.roots.fetching import FetchFailed, FetchRefused, GuardedClient
from naite.trunk.badges import documents, names
from naite.trunk.badges.issuers import IssuerList
from naite.trunk.badges.trust_rules import Standing

__all__ = [
    "Line",
    "TooOften",
    "Verification",
    "admit",
    "explain",
    "resolvers",
    "verify_bytes",
    "verify_many",
    "verify_url",
]

LARGEST = 5 * 1024 * 1024
FETCHES = 6
ASKS, ASKS_SECONDS = 60, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """A report with what people want to read beside it."""

    report: Report
    lines: tuple[Line, ...]
    badge: Shown | None
    standing: log_proofs.Standing | None
    advice: tuple[Text, ...]
    checked_at: datetime
    issuer_list: Standing | None = None

    @property
    def title(self) -> str:
        return self.report.ko if _korean() else self.report.en

    @property
    def explanation(self) -> str:
        return self.report.explanation_ko if _korean() else self.report.explanation_en

    @property
    def tone(self) -> str:
        """``ok``, ``bad`` or ``unk``: what suspended or over is shown as a warning, not as a forgery."""
        if self.report.outcome == "valid":
            return "ok"
        return "unk" if self.report.verdict in _WARNINGS else "bad"

    @property
    def shape(self) -> str:
        """The shape that goes with the verdict: circle, octagon, diamond."""
        return {"ok": "circle", "bad": "octagon", "unk": "diamond"}[self.tone]

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values: the report, the lines and the advice."""
        return {
            **self.report.as_dict(),
            "lines": [
                {
                    "code": line.code,
                    "mark": line.mark,
                    "question": str(line.question),
                    "answer": str(line.answer),
                }
                for line in self.lines
            ],
            "advice": [str(item) for item in self.advice],
            "issuer_list": asdict(self.issuer_list) if self.issuer_list else None,
            "checked_at": self.checked_at.isoformat(),
        }


_WARNINGS = frozenset({"unknown", "suspended", "expired", "not_yet_valid"})


class TooOften(Refused):
    """Somebody verifies faster than people do."""

    code = "too_often"
    status = 429


def admit(*, who: str, size: int, now: datetime) -> None:
    """Refuse who asks too often, and what is too large to be a badge, before reading it."""
    if not limits.allowed("verify", who, most=ASKS, seconds=ASKS_SECONDS, now=now):
        raise TooOften(_("잠깐 사이에 너무 많이 확인했습니다. 1분 뒤에 다시 해 주세요."))
    if size > LARGEST:
        raise too_large()


def too_large() -> Invalid:
    message = _(
        "파일이 너무 큽니다. 배지 파일은 5MB까지 확인할 수 있습니다. 원본 파일이 맞는지 확인해 주세요."
    )
    return Invalid(message, code="too_large", fields={"file": message})


def verify_bytes(data: bytes, *, now: datetime, client: GuardedClient | None = None) -> Verification:
    """Verify one badge in whatever form it comes; writes nothing and never raises over what is in the bytes."""
    issuers = IssuerList(now)
    report = verify(data, resolvers=resolvers(client, issuers=issuers), now=now)
    return explain(report, checked_at=now, issuers=issuers)


def resolvers(
    client: GuardedClient | None = None,
    *,
    issuers: IssuerList,
    fetches: int = FETCHES,
    deadline: float | None = None,
    clock: Callable[[], float] = monotonic,
) -> Resolvers:
    """Return our connections to the world, for one request: so many addresses, and none after the deadline."""
    world = _World(client or GuardedClient(), fetches, deadline, clock)
    return Resolvers(
        did=world,
        status_list=world.status_list,
        document=world.document,
        trust=issuers.trust,
        anchor=log_proofs.stands_on_chain,
    )


def verify_url(url: str, *, now: datetime, client: GuardedClient | None = None) -> Verification:
    """Fetch a badge from an address and verify it.

    Raises Invalid, with what to do, when the address is not acceptable or nothing can be had from it.
    """
    client = client or GuardedClient(largest=LARGEST)
    try:
        found = client.fetch(
            url, accept="application/vc, application/json, image/png, image/svg+xml, */*;q=0.1"
        )
    except FetchRefused as error:
        message = _(
            "이 주소는 열 수 없습니다. 누구나 열 수 있는 https:// 주소인지 확인해 주세요. "
            "파일로 내려받아 올려도 됩니다."
        )
        raise Invalid(message, code="address_refused", fields={"url": message}) from error
    except FetchFailed as error:
        message = _("주소에서 배지를 받아 오지 못했습니다. 잠시 뒤에 다시 하거나 파일로 올려 주세요.")
        raise Invalid(message, code="address_failed", fields={"url": message}) from error
    return verify_bytes(found.body, now=now, client=client)


def explain(report: Report, *, checked_at: datetime, issuers: IssuerList | None = None) -> Verification:
    """Put a report into the questions that people ask; with ``issuers`` also what the list of them says."""
    signed = _outcome(report, "signature") == "ok"
    badge = read(report.credential) if report.credential is not None else None
    standing = _standing(report) if signed else None
    listed = issuers.standing(report.issuer) if issuers and signed and report.issuer else None
    return Verification(
        report=report,
        lines=tuple(_lines(report, badge, signed, standing, listed)),
        issuer_list=listed,
        badge=badge,
        standing=standing,
        advice=_advice(report),
        checked_at=checked_at,
    )


# -- the world ----------------------------------------------------------------------------------------------


class _World:
    """Finds DID documents, status lists and what is known of issuers."""

    def __init__(
        self, client: GuardedClient, fetches: int, deadline: float | None, clock: Callable[[], float]
    ) -> None:
        self._client, self._fetches, self._deadline, self._clock = client, fetches, deadline, clock
        self._own: dict[str, dict[str, Any] | None] = {}
        self._known: dict[str, bytes | None] = {}

    def resolve(self, did: str, /) -> Mapping[str, Any]:
        slug = names.slug_of_did(did)
        if slug is not None:
            if did not in self._own:
                self._own[did] = documents.did_document(slug)
            document = self._own[did]
            if document is None:
                raise NotFound(f"no document for {did}")
            return document
        return jsonio.loads(self._fetch(did_web_url(did), "application/did+json, application/json"))

    def status_list(self, url: str) -> bytes:
        list_id = names.list_id_of_url(url)
        if list_id is None:
            return self._fetch(url, "application/vc, application/json")
        found = documents.status_list(list_id)
        if found is None:
            raise NotFound("no such list")
        return found.body

    def document(self, url: str) -> bytes:
        """What Open Badges 2 refers to: the assertion as hosted, the badge class, the issuer, its key."""
        return self._fetch(url, "application/ld+json, application/json")

    def _fetch(self, url: str, accept: str) -> bytes:
        """Ask for each address once, and for few altogether: a badge may name many slow ones."""
        if url not in self._known and len(self._known) >= self._fetches:
            raise Unavailable("too many addresses")
        if url not in self._known and self._deadline is not None and self._clock() > self._deadline:
            raise Unavailable("the time for asking elsewhere is over")
        if url not in self._known:
            try:
                self._known[url] = self._client.fetch(url, accept=accept).body
            except (FetchRefused, FetchFailed) as error:
                self._known[url] = None
                raise Unavailable(str(error)) from error
        found = self._known[url]
        if found is None:
            raise Unavailable("could not be reached a moment ago")
        return found


# -- the words ----------------------------------------------------------------------------------------------


def _standing(report: Report) -> log_proofs.Standing | None:
    """Where one of our own badges stands in the public log; None for badges of others."""
    document = report.credential
    issuer = document.get("issuer") if document is not None else None
    did = issuer.get("id") if isinstance(issuer, Mapping) else issuer
    if document is None or not isinstance(did, str) or names.slug_of_did(did) is None:
        return None
    try:
        return log_proofs.standing_of(document)
    except CredentialError:  # a token or an older form, which the log does not keep
        return None


def _lines(
    report: Report,
    badge: Shown | None,
    signed: bool,
    standing: log_proofs.Standing | None,
    listed: Standing | None,
) -> list[Line]:
    found: list[Line] = []
    broken = [report.check("format"), report.check("schema")]
    for check in broken:
        if check is not None and check.outcome != "ok":
            found.append(Line(check.code, check.outcome, _("배지가 맞나요"), _said(check)))
    issuer, signature = report.check("issuer"), report.check("signature")
    status, dates = report.check("status"), report.check("dates")
    if issuer is None or signature is None or status is None or dates is None:
        return found
    found.append(Line("issuer", issuer.outcome, _("누가 주었나요"), _issuer_words(issuer, badge)))
    if listed is not None:
        found.append(issuer_words.line(listed, issuer.reason))
    found += [
        Line("signature", signature.outcome, _("바뀌지 않았나요"), _said(signature)),
        Line("status", _worse(status, dates), _("지금도 유효한가요"), _status_words(status, dates)),
    ]
    inside = report.check("badges")
    if inside is not None:
        found.append(Line("badges", inside.outcome, _("안에 든 배지도 유효한가요"), _said(inside)))
    recognised = badge is not None and badge.recognised
    if recognised and signed and report.trust == "trusted":
        found.append(
            Line(
                "recognition", "ok", _("평가인정 과정인가요"), _("배운 때에 평가인정을 받은 과정이었습니다.")
            )
        )
    elif recognised:
        answer = _("평가인정 과정이라고 적혀 있지만 확인하지 못했습니다.")
        found.append(Line("recognition", "unknown", _("평가인정 과정인가요"), answer))
    else:
        answer = _("평가인정에 관한 내용이 배지에 없습니다. 유효한지와는 관계없습니다.")
        found.append(Line("recognition", "not_applicable", _("평가인정 과정인가요"), answer))
    if standing is not None:
        found.append(_log_line(standing))
    found.append(_anchor_line(report.check("anchor"), standing))
    return found


def _log_line(standing: log_proofs.Standing) -> Line:
    """Whether the badge stands in the public log. That it does not is no doubt: older badges do not."""
    question = _("공개 기록장에 있나요")
    if standing.place is not None:
        answer = _("%(number)s번째로 적혀 있습니다.") % {"number": f"{standing.place.index + 1:,}"}
        return Line("log", "ok", question, answer)
    if standing.state == "waiting":
        return Line("log", "not_applicable", question, _("방금 만든 배지여서 곧 적힙니다."))
    return Line("log", "not_applicable", question, _("없음. 유효한지와는 관계없습니다."))


def _anchor_line(check: Check | None, standing: log_proofs.Standing | None) -> Line:
    """Whether the badge was anchored outside. Without an anchor, or where it cannot be looked up, nothing
    changes, so neither is marked as a doubt."""
    question = _("바깥에 못 박았나요")
    held = standing.held if standing else None
    if check is None and held is not None:
        answer: Text = _("%(chain)s의 블록 %(block)s에 적혀 있습니다.%(test)s") % {
            "chain": settings.CHAIN_NAME or _("블록체인"),
            "block": f"{held.block:,}",
            "test": " " + _("시험용 망입니다.") if settings.CHAIN_IS_TEST else "",
        }
        return Line("anchor", "ok", question, answer)
    if check is None:
        answer = _("없음. 이 배지는 바깥에 못 박지 않았습니다. 유효한지와는 관계없습니다.")
        return Line("anchor", "not_applicable", question, answer)
    return Line(
        "anchor", "not_applicable" if check.outcome == "unknown" else check.outcome, question, _said(check)
    )


def _issuer_words(check: Check, badge: Shown | None) -> str:
    if check.reason == "trusted" and badge is not None and badge.issuer_name:
        return f"{badge.issuer_name}. {_said(check)}"
    return _said(check)


def _status_words(status: Check, dates: Check) -> str:
    if status.outcome == "ok" and dates.outcome == "ok":
        return f"{_said(status)} {_('방금 확인했습니다.')}"
    if dates.outcome == "ok":
        return _said(status)
    return _said(dates) if status.outcome in ("ok", "not_applicable") else f"{_said(status)} {_said(dates)}"


def _worse(first: Check, second: Check) -> Mark:
    """Of two outcomes the graver; a badge without status list but within its dates is fine."""
    order: tuple[Mark, ...] = ("failed", "unknown", "ok", "not_applicable")
    return min((first.outcome, second.outcome), key=order.index)


_ADVICE: Mapping[str, tuple[Text, ...]] = {
    "revoked": (
        _("새로 받은 배지가 있는지 배지 주인에게 물어보세요."),
        _("취소한 까닭은 준 곳에 물어보세요."),
    ),
    "suspended": (_("정지가 언제 풀리는지 준 곳에 물어보세요."),),
    "expired": (_("새로 받은 배지가 있는지 배지 주인에게 물어보세요."),),
    "not_yet_valid": (_("쓸 수 있는 날이 된 뒤에 다시 확인해 주세요."),),
    "altered": (
        _("배지 주인에게 원본 파일이나 링크를 다시 보내 달라고 하세요."),
        _("그래도 같으면 준 곳에 물어보세요."),
    ),
    "not_a_badge": (
        _(
            "메신저나 화면 갈무리를 거친 그림에는 배지 정보가 남지 않습니다. 내려받은 원본 파일을 올려 주세요."
        ),
        _("파일이 없으면 배지 주인에게 링크를 보내 달라고 하세요."),
    ),
}


def _advice(report: Report) -> tuple[Text, ...]:
    if report.verdict != "unknown":
        return _ADVICE.get(report.verdict, ())
    unreachable = any(check.reason == "unavailable" for check in report.checks)
    if unreachable:
        return (_("10분 뒤에 다시 확인해 주세요."), _("급하면 준 곳에 전화로 물어보세요."))
    if report.check("issuer") is not None and _outcome(report, "issuer") == "unknown":
        if report.trust == "former":
            return (_("준 곳에 물어보세요."), _("배지 주인에게 다른 증거가 있는지 물어보세요."))
        return (
            _("준 곳의 누리집에서 이 배지를 주는 기관이 맞는지 확인해 주세요."),
            _("이곳의 믿을 수 있는 기관 목록에 없는 곳입니다."),
        )
    return (_("준 곳에 물어보세요."),)


def _said(check: Check) -> str:
    return check.ko if _korean() else check.en


def _outcome(report: Report, code: Literal["signature", "issuer"]) -> str:
    check = report.check(code)
    return check.outcome if check else "unknown"


def _korean() -> bool:
    return (get_language() or "ko").startswith("ko")
