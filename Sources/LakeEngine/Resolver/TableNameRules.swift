import LakeCore

/// Which table a written name means.
///
/// 1. `zone.name` is the table's full name; `bronze`, `silver` and `gold` are zones too.
/// 2. A database that is no zone holds the tables of all zones, under the names of rule 3.
/// 3. A name alone means the one table that has it, in whatever zone; else it is read as
///    `name_zone`, as Glue and the course name tables.
///
/// Names are compared without case; where several differ only in it, the exact one is meant.
package enum TableNameRules {
  /// The catalog's name in Athena, which may stand in front.
  private static let catalogName = "awsdatacatalog"

  package static func resolve(
    _ written: [String], among tables: [TableName], databases: [String]
  ) throws(LakeError) -> TableName {
    var parts = written[...]
    if parts.count == 3, parts.first?.lowercased() == catalogName { parts = parts.dropFirst() }
    let shown = written.joined(separator: ".")
    switch parts.count {
    case 1:
      if let found = try byName(parts[parts.startIndex], among: tables) { return found }
    case 2:
      let (space, name) = (parts[parts.startIndex], parts[parts.startIndex + 1])
      if let zone = Zone(named: space) {
        if let found = inZone(zone, name, among: tables) { return found }
      } else if databases.contains(where: { $0.lowercased() == space.lowercased() }) {
        if let found = try byName(name, among: tables) { return found }
      } else {
        throw unknown(database: space, shown, databases)
      }
    default:
      throw LakeError(
        .notFound, "'\(shown)' is no name of a table",
        hint: "A table is named zone.name, for example trusted.customer.")
    }
    throw notFound(shown, tables)
  }

  private static func inZone(
    _ zone: Zone, _ name: String, among tables: [TableName]
  ) -> TableName? {
    let there = tables.filter { $0.zone == zone }
    if let found = matches(name, there).first { return found }
    // `trusted.customer_trusted` says the zone twice.
    guard let suffixed = TableName(suffixed: name), suffixed.zone == zone else { return nil }
    return matches(suffixed.name, there).first
  }

  private static func byName(
    _ name: String, among tables: [TableName]
  ) throws(LakeError) -> TableName? {
    let found = matches(name, tables)
    if found.count > 1 {
      let names = found.map(\.description).sorted()
      throw LakeError(
        .invalidInput, "'\(name)' can be \(names.joined(separator: " or "))",
        hint: "Put the zone in front of it.")
    }
    if let only = found.first { return only }
    guard let suffixed = TableName(suffixed: name) else { return nil }
    return matches(suffixed.name, tables.filter { $0.zone == suffixed.zone }).first
  }

  private static func matches(_ name: String, _ tables: [TableName]) -> [TableName] {
    let found = tables.filter { $0.name.lowercased() == name.lowercased() }
    let exact = found.filter { $0.name == name }
    return exact.isEmpty ? found : exact
  }

  private static func unknown(
    database: String, _ shown: String, _ databases: [String]
  ) -> LakeError {
    let known = Zone.allCases.map(\.rawValue) + databases
    if ["lake", "information_schema"].contains(database.lowercased()) {
      return LakeError(
        .invalidInput, "'\(shown)' describes the workspace, and no table is made of it",
        hint: "What is published depends on data alone; lake query shows it.")
    }
    return LakeError(
      .notFound, "there is no zone or database '\(database)' (in '\(shown)')",
      hint: Suggestion.hint(for: database, among: known)
        ?? "There are \(known.joined(separator: ", ")); CREATE DATABASE \(database) makes it a "
        + "name for the tables of all zones.")
  }

  private static func notFound(_ shown: String, _ tables: [TableName]) -> LakeError {
    let names = tables.flatMap { [$0.description, $0.suffixed, $0.name] }
    // A name of two parts in one pair of quotes is one name, and looks like the other.
    let isQuotedWhole = names.contains { $0.lowercased() == shown.lowercased() }
    if shown.contains("$") {
      return LakeError(
        .notFound, "there is no table '\(shown)'",
        hint: "Partitions, files and versions are rows of lake.partitions, lake.files and "
          + "lake.versions.")
    }
    let hint =
      isQuotedWhole
      ? "Zone and name have quotes of their own, or none."
      : Suggestion.hint(for: shown, among: names)
        ?? (tables.isEmpty ? "There are no tables yet: run lake crawl." : nil)
    return LakeError(.notFound, "there is no table '\(shown)'", hint: hint)
  }
}
