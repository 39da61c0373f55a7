"""What is asked of GitHub's GraphQL: each in one query, with no more than is used."""

_REPOSITORY = """
fragment repository on Repository {
  nameWithOwner isArchived isDisabled isLocked isEmpty isFork viewerPermission
  defaultBranchRef { name target { oid } }
  repositoryTopics(first: 20) { nodes { topic { name } } }
}
"""

_REQUEST = """
fragment request on PullRequest {
  number url headRefName headRefOid baseRefName isCrossRepository state isDraft title body
  reviewDecision createdAt closedAt mergedAt viewerDidAuthor author { __typename login }
  isInMergeQueue autoMergeRequest { enabledAt }
  labels(first: 50) { nodes { name } }
  latestOpinionatedReviews(first: 20) { nodes { state } }
}
"""

REPOSITORIES = (
    """
query Repositories($login: String!, $page: Int!, $after: String) {
  repositoryOwner(login: $login) {
    repositories(first: $page, after: $after, ownerAffiliations: [OWNER],
                 orderBy: {field: NAME, direction: ASC}) {
      pageInfo { hasNextPage endCursor }
      nodes { ...repository }
    }
  }
}
"""
    + _REPOSITORY
)

REPOSITORY = (
    """
query Repository($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) { ...repository }
}
"""
    + _REPOSITORY
)

# Those from a branch come with it: anybody may take a label away, and nobody a branch's name.
PULL_REQUESTS = (
    """
query PullRequests($owner: String!, $name: String!, $label: String!, $branch: String,
                   $named: Boolean!, $page: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequests(first: $page, after: $after, labels: [$label],
                 orderBy: {field: CREATED_AT, direction: DESC}) {
      pageInfo { hasNextPage endCursor }
      nodes { ...request }
    }
    named: pullRequests(first: 20, headRefName: $branch, states: [CLOSED, MERGED],
                        orderBy: {field: CREATED_AT, direction: DESC}) @include(if: $named) {
      nodes { ...request }
    }
  }
}
"""
    + _REQUEST
)

# A forge closes a request with its branch, whatever it is labelled and wherever it goes.
BRANCH_USES = """
query BranchUses($owner: String!, $name: String!, $branch: String!) {
  repository(owner: $owner, name: $name) {
    out_of: pullRequests(first: 100, headRefName: $branch, states: [OPEN]) {
      nodes { isCrossRepository }
    }
    into: pullRequests(first: 1, baseRefName: $branch, states: [OPEN]) { nodes { number } }
  }
}
"""

CLOSED_BY = """
query ClosedBy($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      timelineItems(last: 1, itemTypes: [CLOSED_EVENT]) {
        nodes { ... on ClosedEvent { actor { __typename login } } }
      }
    }
  }
}
"""

# Works with every kind of token; REST does not tell an app's installation who it is.
VIEWER = """
query Viewer { viewer { login } }
"""

# Checks of a pull request run on a merge with its target, and are put on the head of its branch.
CHECKS = """
query Checks($owner: String!, $name: String!, $oid: GitObjectID!, $ours: String!) {
  repository(owner: $owner, name: $name) {
    object(oid: $oid) {
      ... on Commit { statusCheckRollup { state } status { context(name: $ours) { state } } }
    }
  }
}
"""

# By their number: a commit may have more of them than one answer has room for.
CHECKS_BESIDE_OURS = """
query ChecksBesideOurs($owner: String!, $name: String!, $oid: GitObjectID!, $ours: String!) {
  repository(owner: $owner, name: $name) {
    object(oid: $oid) {
      ... on Commit {
        status { context(name: $ours) { state } }
        statusCheckRollup {
          contexts(first: 1) {
            checkRunCountsByState { state count }
            statusContextCountsByState { state count }
          }
        }
      }
    }
  }
}
"""

BRANCH_CHECKS = """
query BranchChecks($owner: String!, $name: String!, $ref: String!, $ours: String!) {
  repository(owner: $owner, name: $name) {
    ref(qualifiedName: $ref) {
      target {
        ... on Commit {
          status { context(name: $ours) { state } }
          statusCheckRollup {
            state
            contexts(first: 1) {
              checkRunCountsByState { state count }
              statusContextCountsByState { state count }
            }
          }
        }
      }
    }
  }
}
"""

ISSUES = """
query Issues($owner: String!, $name: String!, $label: String!, $page: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    issues(first: $page, after: $after, labels: [$label],
           orderBy: {field: CREATED_AT, direction: ASC}) {
      pageInfo { hasNextPage endCursor }
      nodes { number url title body state viewerDidAuthor author { __typename login } }
    }
  }
}
"""

CREATE_COMMIT = """
mutation CreateCommit($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid } }
}
"""

MERGE_STATE = """
query MergeState($owner: String!, $name: String!, $number: Int!,
                 $oid: GitObjectID!, $ours: String!) {
  repository(owner: $owner, name: $name) {
    object(oid: $oid) {
      ... on Commit {
        status { context(name: $ours) { state } }
        statusCheckRollup {
          contexts(first: 1) {
            checkRunCountsByState { state count }
            statusContextCountsByState { state count }
          }
        }
      }
    }
    autoMergeAllowed mergeCommitAllowed squashMergeAllowed rebaseMergeAllowed
    pullRequest(number: $number) {
      id state isDraft headRefOid baseRefName mergeStateStatus reviewDecision
      isMergeQueueEnabled isInMergeQueue autoMergeRequest { enabledAt }
      latestOpinionatedReviews(first: 100) { nodes { state } }
      labels(first: 50) { nodes { name } }
    }
  }
}
"""

# Apart from the listing: who may not see the queue's entries can read all else.
MERGE_ASKED = """
query MergeAsked($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      id
      autoMergeRequest { enabledBy { __typename login } }
      mergeQueueEntry { enqueuer { __typename login } }
    }
  }
}
"""

ENABLE_AUTO_MERGE = """
mutation EnableAutoMerge($input: EnablePullRequestAutoMergeInput!) {
  enablePullRequestAutoMerge(input: $input) { clientMutationId }
}
"""

DISABLE_AUTO_MERGE = """
mutation DisableAutoMerge($input: DisablePullRequestAutoMergeInput!) {
  disablePullRequestAutoMerge(input: $input) { clientMutationId }
}
"""

ENQUEUE = """
mutation Enqueue($input: EnqueuePullRequestInput!) {
  enqueuePullRequest(input: $input) { clientMutationId }
}
"""

DEQUEUE = """
mutation Dequeue($input: DequeuePullRequestInput!) {
  dequeuePullRequest(input: $input) { clientMutationId }
}
"""
