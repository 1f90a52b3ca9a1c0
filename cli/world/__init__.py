"""A believable world, made of nothing but a seeded random: who lives in it, whom they follow, what they say and like.

Nothing here touches a store; cli/filling.py brings it into a database.
"""
