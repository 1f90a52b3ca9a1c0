"""What a client can see: declarations only. No await, no SQL; every field's value comes from `resolvers/`."""

from __future__ import annotations

import strawberry
from graphql import GraphQLInputObjectType
from strawberry.schema.config import StrawberryConfig

from schema import enums as enums
from schema import errors, scalars
from schema.mutations import Mutation
from schema.polls import Poll
from schema.query import Query
from schema.subscription import Subscription
from schema.tweets import Tweet
from schema.users import User

schema = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=[User, Tweet, Poll, *errors.CONCRETE],
    config=StrawberryConfig(scalar_map=scalars.SCALARS),
)

# Strawberry prints @oneOf but does not tell graphql-core, which then neither validates nor introspects it.
for named in schema._schema.type_map.values():
    definition = named.extensions.get("strawberry-definition")
    if isinstance(named, GraphQLInputObjectType) and getattr(definition, "is_one_of", False):
        named.is_one_of = True
