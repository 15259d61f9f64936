"""The sample checklist that is used until the institute writes its own. A sample, not an official list."""

SAMPLE: tuple[tuple[str, str, str], ...] = (
    ("교육 시설 및 설비", "강의실이 신청서에 적은 곳과 같다", "다른 곳에서 열면 사진과 주소를 남깁니다."),
    ("교육 시설 및 설비", "안전하고 수업에 맞는 설비를 갖추었다", "비상구, 소화기, 책상과 기자재 수"),
    ("교육과정", "인정받은 학습 내용과 시간대로 수업한다", "수업 계획서와 오늘 수업을 견줍니다."),
    ("교육과정", "수업 일지와 출석부가 수업과 맞는다", "지난 4주의 출석부와 실제 인원을 견줍니다."),
    ("교수 및 강사", "신청서의 강사 또는 같은 자격의 강사가 가르친다", "강사의 신분과 자격 서류를 봅니다."),
    ("학습자 지원 및 관리", "출석과 이수를 정해진 기준대로 처리한다", "이수자 가운데 5명을 골라 출석률을 다시 셉니다."),
    ("학습자 지원 및 관리", "수강료 반환 기준을 알리고 지킨다", "게시물과 최근 반환 사례"),
    ("그 밖의 사항", "평가인정 사실을 바르게 알린다", "광고와 안내문의 문구"),
)  # fmt: skip


def parse(text: str) -> list[tuple[str, str, str]]:
    """Read items written one a line as heading | title | guidance; raises ValueError with the line's number."""
    items = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        parts = [part.strip() for part in line.split("|")]
        if not 2 <= len(parts) <= 3 or not parts[0] or not parts[1]:
            raise ValueError(number)
        heading, title = parts[0][:100], parts[1][:200]
        items.append((heading, title, parts[2][:500] if len(parts) == 3 else ""))
    return items


def written(items: list[tuple[str, str, str]]) -> str:
    """Return items as lines to edit."""
    return "\n".join(" | ".join(part for part in item if part) for item in items)
