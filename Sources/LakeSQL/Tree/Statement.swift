/// One statement of a text.
package struct Statement: SyntaxNode {
  package indirect enum Kind: Sendable, Hashable {
    case query(Query)
    case explain(Explain)
    case createTable(CreateTable)
    case createExternalTable(CreateExternalTable)
    case createView(CreateView)
    case createPolicy(CreatePolicy)
    case createDatabase(CreateDatabase)
    case alterTable(AlterTable)
    case drop(Drop)
    case show(Show)
    case describe(Describe)
    /// `SUMMARIZE name`, `SUMMARIZE query`: what values each column has.
    case summarize(Query)
    case use(QualifiedName)
    case insert(Insert)
    case update(Update)
    case delete(Delete)
    case merge(Merge)
    case truncate(Truncate)
    case restore(Restore)
    case optimize(Optimize)
    case vacuum(Vacuum)
    case unload(Unload)
    case setOption(SetOption)
    /// `SET`, `SET name`: asks for settings.
    case showOptions(QualifiedName?)
    /// `MSCK REPAIR TABLE name`: looks for partitions.
    case repair(QualifiedName)
    /// What steers other engines and means nothing here, in its first words: `CACHE TABLE`.
    case ignored(String, of: QualifiedName?)
  }

  package var kind: Kind
  /// Numbers of nodes are below this.
  package var nodeCount: Int
  /// How many `?` there are.
  package var parameterCount: Int
  /// From the first letter to the last, without the semicolon.
  package var origin: Origin

  package init(
    _ kind: Kind, nodeCount: Int = 0, parameterCount: Int = 0, origin: Origin = .none
  ) {
    self.kind = kind
    self.nodeCount = nodeCount
    self.parameterCount = parameterCount
    self.origin = origin
  }

  package static func == (a: Statement, b: Statement) -> Bool { a.kind == b.kind }

  package func hash(into hasher: inout Hasher) { hasher.combine(kind) }
}

/// `EXPLAIN [ANALYZE] [(FORMAT JSON)] statement`.
package struct Explain: Sendable, Hashable {
  package enum Format: String, Sendable, Hashable, CaseIterable {
    case text = "TEXT"
    case json = "JSON"
  }

  package var isAnalyze: Bool
  package var format: Format?
  package var statement: Statement

  package init(isAnalyze: Bool = false, format: Format? = nil, _ statement: Statement) {
    self.isAnalyze = isAnalyze
    self.format = format
    self.statement = statement
  }
}

package struct CreateView: Sendable, Hashable {
  package var name: QualifiedName
  package var isReplacing: Bool
  /// For this session, and no file.
  package var isTemporary = false
  package var ifNotExists: Bool
  package var columns: [Identifier]
  package var comment: String?
  package var query: Query

  package init(
    _ name: QualifiedName, isReplacing: Bool = false, ifNotExists: Bool = false,
    columns: [Identifier] = [], comment: String? = nil, _ query: Query
  ) {
    self.name = name
    self.isReplacing = isReplacing
    self.ifNotExists = ifNotExists
    self.columns = columns
    self.comment = comment
    self.query = query
  }
}

/// `CREATE DATABASE [IF NOT EXISTS] name`; also SCHEMA.
package struct CreateDatabase: Sendable, Hashable {
  package var name: QualifiedName
  package var ifNotExists: Bool
  package var comment: String?

  package init(_ name: QualifiedName, ifNotExists: Bool = false, comment: String? = nil) {
    self.name = name
    self.ifNotExists = ifNotExists
    self.comment = comment
  }
}

package struct Drop: Sendable, Hashable {
  package enum Target: String, Sendable, Hashable, CaseIterable {
    case table = "TABLE"
    case view = "VIEW"
    case database = "DATABASE"
    case policy = "CONSENT POLICY"
  }

  package var target: Target
  package var name: QualifiedName
  package var ifExists: Bool
  package var isCascading: Bool
  /// PURGE: nothing is kept of what is dropped.
  package var isPurging = false

  package init(
    _ target: Target, _ name: QualifiedName, ifExists: Bool = false, isCascading: Bool = false
  ) {
    self.target = target
    self.name = name
    self.ifExists = ifExists
    self.isCascading = isCascading
  }
}

package enum Show: Sendable, Hashable {
  case tables(in: QualifiedName?, like: String?)
  case views(in: QualifiedName?, like: String?)
  case columns(of: QualifiedName, like: String?)
  case createTable(QualifiedName)
  case createView(QualifiedName)
  case databases(like: String?)
  case functions(like: String?)
  case partitions(of: QualifiedName)
  case tableProperties(of: QualifiedName, key: String?)
  case policies
}

/// `DESCRIBE [EXTENDED|FORMATTED] name [column]`, `DESCRIBE query`, `DESCRIBE HISTORY name`.
package struct Describe: Sendable, Hashable {
  package enum Style: String, Sendable, Hashable, CaseIterable {
    case plain = ""
    case extended = "EXTENDED"
    case formatted = "FORMATTED"
  }

  package enum Subject: Sendable, Hashable {
    case table(QualifiedName, column: Identifier?)
    case query(Query)
    /// `DESCRIBE HISTORY name [LIMIT n]`.
    case history(QualifiedName, limit: Int?)
    /// `DESCRIBE DETAIL name`.
    case detail(QualifiedName)
    /// `DESCRIBE DATABASE name`.
    case database(QualifiedName)
    /// `DESCRIBE FUNCTION name`.
    case function(QualifiedName)
  }

  package var subject: Subject
  package var style: Style

  package init(_ subject: Subject, style: Style = .plain) {
    self.subject = subject
    self.style = style
  }
}
