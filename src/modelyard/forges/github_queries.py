"""What is asked of GitHub's GraphQL: each in one query, with no more than is used."""

_PLACE = """
fragment place on Repository {
  nameWithOwner isArchived isDisabled isLocked isEmpty isFork viewerPermission
  defaultBranchRef { name target { oid } }
  repositoryTopics(first: 20) { nodes { topic { name } } }
}
"""

PLACES = (
    """
query Places($login: String!, $page: Int!, $after: String) {
  repositoryOwner(login: $login) {
    repositories(first: $page, after: $after, ownerAffiliations: [OWNER],
                 orderBy: {field: NAME, direction: ASC}) {
      pageInfo { hasNextPage endCursor }
      nodes { ...place }
    }
  }
}
"""
    + _PLACE
)

PLACE = (
    """
query Place($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) { ...place }
}
"""
    + _PLACE
)

REQUESTS = """
query Requests($owner: String!, $name: String!, $label: String!, $page: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequests(first: $page, after: $after, labels: [$label],
                 orderBy: {field: CREATED_AT, direction: DESC}) {
      pageInfo { hasNextPage endCursor }
      nodes {
        number url headRefName headRefOid isCrossRepository state isDraft title body
        createdAt closedAt mergedAt
      }
    }
  }
}
"""

CHECKS = """
query Checks($owner: String!, $name: String!, $oid: GitObjectID!) {
  repository(owner: $owner, name: $name) {
    object(oid: $oid) { ... on Commit { statusCheckRollup { state } } }
  }
}
"""
