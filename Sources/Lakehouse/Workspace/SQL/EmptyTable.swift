import LakeCore
import LakeSQL

/// CREATE TABLE without a query: the same as one with a query that gives the columns and no row.
struct EmptyTable {
  let text: SourceText

  func withQuery(_ create: CreateTable) throws(LakeError) -> CreateTable {
    var create = create
    let place = text.place(at: create.name.range.lowerBound)
    if create.location != nil {
      throw LakeError(
        .unsupported, "a managed table has its files in the lake, and no LOCATION", at: place,
        hint: "CREATE EXTERNAL TABLE … LOCATION names files that are there, in landing.")
    }
    if let format = create.format?.text.lowercased(), format != "delta", format != "parquet" {
      throw LakeError(
        .unsupported, "managed tables are Parquet with Delta's log, and not '\(format)'", at: place,
        hint: "Leave USING away, or write USING delta.")
    }
    guard create.query == nil else {
      if let column = create.partitionColumns.first {
        throw LakeError(
          .invalidInput, "the query gives the type of '\(column.name.text)'",
          at: text.place(at: column.range.lowerBound),
          hint: "Write PARTITIONED BY (\(column.name.sql)).")
      }
      return create
    }
    if let like = create.like {
      create.query = try query("SELECT * FROM \(like.sql) WHERE false")
      create.like = nil
      return create
    }
    create.query = try query(of: columns(create), place)
    for column in create.partitionColumns {
      create.partitionedBy.append(Expression(.name(QualifiedName([column.name]))))
    }
    create.partitionColumns = []
    return create
  }

  private func columns(_ create: CreateTable) -> [ColumnDefinition] {
    create.elements.compactMap { element in
      if case .column(let column) = element.kind { column } else { nil }
    } + create.partitionColumns
  }

  private func query(
    of columns: [ColumnDefinition], _ place: LakeError.Place
  ) throws(LakeError) -> Query {
    if columns.isEmpty {
      throw LakeError(
        .invalidInput, "the table has neither columns nor a query", at: place,
        hint: "Write CREATE TABLE … (id bigint, …), or CREATE TABLE … AS SELECT ….")
    }
    let items = try columns.map { (column) throws(LakeError) in
      guard let type = column.type?.type else {
        throw LakeError(
          .invalidInput, "the column '\(column.name.text)' has no type",
          at: text.place(at: column.range.lowerBound))
      }
      return "CAST(NULL AS \(type.spelled(.trino))) AS \(column.name.sql)"
    }
    return try query("SELECT \(items.joined(separator: ", ")) WHERE false")
  }

  private func query(_ sql: String) throws(LakeError) -> Query {
    guard case .query(let query) = try SQLParser.parseStatement(sql).kind else {
      throw LakeError(.internal, "the query of an empty table is none")
    }
    return query
  }
}
