"""One JSON object a line on standard error, with no personal data beyond identifiers."""

import logging
import re
from datetime import UTC, datetime

import orjson

# Whoever has such an address may see what it leads to; Django itself logs the path of a page it refuses.
_SECRET = re.compile(r"/([efprst])/[\w-]{16,}")


class JsonFormatter(logging.Formatter):
    """Format a log record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _SECRET.sub(r"/\1/…", record.getMessage()),
        }
        facts = getattr(record, "facts", None)
        if isinstance(facts, dict):
            line.update(facts)
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()
