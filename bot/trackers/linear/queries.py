"""What is asked of Linear, each under a name of its own; tests hold them against Linear's schema."""

ISSUE = """
fragment Whole on Issue {
  id identifier url title description dueDate updatedAt trashed archivedAt
  state { name type }
  assignee { displayName }
  projectMilestone { name }
  labels(first: 20) { nodes { name } }
}
"""

VIEWER = "query Viewer { viewer { id name } }"

TEAMS = "query Teams($key: String!) { teams(filter: { key: { eq: $key } }, first: 1) { nodes { id key name } } }"

FIND = (
    """
query Find($id: ID!) { issues(filter: { id: { eq: $id } }, includeArchived: true, first: 1) { nodes { ...Whole } } }
"""
    + ISSUE
)

READ = (
    """
query Read($id: String!, $after: String) {
  issue(id: $id) {
    ...Whole
    comments(first: 100, after: $after) {
      nodes { id body createdAt updatedAt user { id displayName } }
      pageInfo { hasNextPage endCursor }
    }
    attachments(first: 100) { nodes { id title url sourceType createdAt creator { id displayName } } }
  }
}
"""
    + ISSUE
)

CHANGED = (
    """
query Changed($team: ID!, $since: DateTimeOrDuration!, $first: Int!, $after: String) {
  issues(
    filter: { team: { id: { eq: $team } }, updatedAt: { gte: $since } }
    orderBy: updatedAt
    includeArchived: true
    first: $first
    after: $after
  ) {
    nodes { ...Whole }
    pageInfo { hasNextPage endCursor }
  }
}
"""
    + ISSUE
)

FILE = (
    """
mutation File($input: IssueCreateInput!) { issueCreate(input: $input) { success issue { ...Whole } } }
"""
    + ISSUE
)

EDIT = "mutation Edit($id: String!, $input: IssueUpdateInput!) { issueUpdate(id: $id, input: $input) { success } }"

COMMENT = "mutation Comment($input: CommentCreateInput!) { commentCreate(input: $input) { success comment { id } } }"

KNOWN = "query Known($id: String!) { comment(id: $id) { id } }"

UPLOAD = """
mutation Upload($type: String!, $name: String!, $size: Int!) {
  fileUpload(contentType: $type, filename: $name, size: $size) {
    success
    uploadFile { uploadUrl assetUrl headers { key value } }
  }
}
"""

ENCLOSE = """
mutation Enclose($input: AttachmentCreateInput!) { attachmentCreate(input: $input) { success attachment { id } } }
"""

ALL = (VIEWER, TEAMS, FIND, READ, CHANGED, FILE, EDIT, COMMENT, KNOWN, UPLOAD, ENCLOSE)
"""Every one of them."""
