"""Questions, articles, counselling sessions and reports on courses; a module for each noun."""

from naite.branches.counselling.models.articles import Article, ArticleVersion
from naite.branches.counselling.models.attachments import Attachment
from naite.branches.counselling.models.questions import (
    AnswerTemplate,
    Handover,
    Message,
    Question,
    QuestionCategory,
    ReplyRule,
)
from naite.branches.counselling.models.reports import CourseFollowUp, CourseReport
from naite.branches.counselling.models.sessions import Appointment, SessionRecord, Slot, SlotWish

__all__ = [
    "AnswerTemplate",
    "Appointment",
    "Article",
    "ArticleVersion",
    "Attachment",
    "CourseFollowUp",
    "CourseReport",
    "Handover",
    "Message",
    "Question",
    "QuestionCategory",
    "ReplyRule",
    "SessionRecord",
    "Slot",
    "SlotWish",
]
