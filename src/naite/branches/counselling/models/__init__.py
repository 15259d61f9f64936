"""Questions, articles, counselling sessions and reports on courses; a module for each noun."""

from naite.branches.counselling.models.articles import Article, ArticleVersion
from naite.branches.counselling.models.questions import (
    AnswerTemplate,
    Handover,
    Message,
    Question,
    QuestionCategory,
    ReplyRule,
)

__all__ = [
    "AnswerTemplate",
    "Article",
    "ArticleVersion",
    "Handover",
    "Message",
    "Question",
    "QuestionCategory",
    "ReplyRule",
]
