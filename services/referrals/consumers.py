"""Events that come in to the referrals service: none yet."""

from shared.background import Reactions

REACTIONS: Reactions = {}
