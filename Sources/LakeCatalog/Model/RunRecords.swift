import LakeCore

/// One execution of a pipeline.
package struct RunRecord: Sendable, Hashable {
  package enum State: String, Sendable, CaseIterable {
    case running, succeeded, failed, cancelled
    /// Its process ended without saying how.
    case interrupted
  }

  /// Set by the catalog.
  package var id = 0
  /// Never used again, also where the catalog is made anew.
  package var uuid: String
  package var pipeline: String
  package var state = State.running
  package var startedAt: Int
  package var finishedAt: Int?
  package var process: Int
  package var engineVersion: String
  package var parameters: [String: String] = [:]
  package var error: ErrorRecord?
  /// More, as JSON.
  package var details: String?

  package init(
    uuid: String, pipeline: String, startedAt: Int, process: Int, engineVersion: String
  ) {
    self.uuid = uuid
    self.pipeline = pipeline
    self.startedAt = startedAt
    self.process = process
    self.engineVersion = engineVersion
  }
}

/// What became of one job in a run.
package struct JobRunRecord: Sendable, Hashable {
  package enum State: String, Sendable, CaseIterable {
    case pending, running, succeeded, failed, skipped, cancelled
    case upToDate = "up_to_date"
  }

  /// Its place in the run.
  package var position: Int
  /// From 1.
  package var attempt = 1
  package var table: TableName
  package var state: State
  /// Why it ran, or did not.
  package var reason: String?
  package var startedAt: Int?
  package var seconds = 0.0
  package var rowsRead = 0
  package var rowsWritten = 0
  package var rowsRejected = 0
  package var rowsWithheld = 0
  package var bytesWritten = 0
  package var version: Int?
  /// Of everything that its result depends on.
  package var fingerprint: String?
  package var error: ErrorRecord?
  /// More, as JSON.
  package var details: String?

  package init(position: Int, table: TableName, state: State) {
    self.position = position
    self.table = table
    self.state = state
  }
}

/// The making of one table, and what its last published result was made of.
package struct JobRecord: Sendable, Hashable {
  package var table: TableName
  package var pipeline: String
  /// Its file, from the workspace.
  package var path: String
  package var fingerprint: String?
  package var publishedVersion: Int?
  package var publishedAt: Int?
  package var lastRunID: Int?

  package init(table: TableName, pipeline: String, path: String) {
    self.table = table
    self.pipeline = pipeline
    self.path = path
  }
}

/// Which table, and perhaps which column, is made from which.
package struct LineageEdge: Sendable, Hashable {
  package var target: TableName
  package var source: TableName
  /// Nil for the table as a whole.
  package var targetColumn: String?
  package var sourceColumn: String?
  package var pipeline: String
  package var job: String

  package init(
    target: TableName, source: TableName, targetColumn: String? = nil, sourceColumn: String? = nil,
    pipeline: String, job: String
  ) {
    self.target = target
    self.source = source
    self.targetColumn = targetColumn
    self.sourceColumn = sourceColumn
    self.pipeline = pipeline
    self.job = job
  }
}

/// An error as it is kept: everything but its cause.
package struct ErrorRecord: Sendable, Hashable {
  package var code: String
  package var message: String
  package var hint: String?
  package var place: LakeError.Place?

  package init(_ error: LakeError) {
    code = error.code.description
    message = error.message
    hint = error.hint
    place = error.place
  }

  package var json: String {
    FlatJSON.text([
      ("code", code), ("message", message), ("hint", hint), ("path", place?.path),
      ("offset", place?.byteOffset.map { String($0) }), ("line", place?.line.map { String($0) }),
      ("column", place?.column.map { String($0) }),
    ])
  }

  package init?(json: String?) {
    guard let json, let members = FlatJSON.members(of: json), let code = members["code"],
      let message = members["message"]
    else { return nil }
    self.code = code
    self.message = message
    hint = members["hint"]
    let numbers = ["offset", "line", "column"].map { members[$0].flatMap { Int($0) } }
    if members["path"] != nil || numbers.contains(where: { $0 != nil }) {
      place = LakeError.Place(
        path: members["path"], byteOffset: numbers[0], line: numbers[1], column: numbers[2])
    }
  }
}

/// One pass of the crawler.
package struct CrawlRecord: Sendable, Hashable {
  package var id: Int
  package var scope: String
  package var startedAt: Int
  package var seconds: Double
  /// As JSON.
  package var report: String

  package init(id: Int = 0, scope: String, startedAt: Int, seconds: Double, report: String) {
    self.id = id
    self.scope = scope
    self.startedAt = startedAt
    self.seconds = seconds
    self.report = report
  }
}
