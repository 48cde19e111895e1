/// Words that mean something to the grammar. Most of them are ordinary names wherever the grammar
/// leaves no doubt; those that never are stand in `Keyword.reserved`.
enum Keyword: String, Sendable, CaseIterable {
  case add, after, aggregate, all, also, alter, ambiguous, analyze, and, anti, any, array, `as`
  case asc, at
  case basis, because, between, both, by
  case cache, cascade, `case`, cast, catalog, change, check, clustered, collection, column, columns,
    comment,
    consent, copy
  case constraint, covers, create, cross, cube, current
  case database, databases, date, day, delete, delimited, desc, describe, distinct, distribute, div
  case drop
  case dry
  case `else`, end, epoch, escape, escaped, evolution, except, exclude, exists, explain, extended,
    external
  case extract
  case fail, `false`, fetch, fields, filter, first, following, `for`, force, format, formatted, from
  case full, function, functions
  case global, granted, group, grouping, groups
  case having, history, hours
  case `if`, ignore, ilike, `in`, inner, inputformat, insert, intersect, interval, into, `is`, items
  case join, json
  case key, keys, known
  case last, lateral, latest, lawful, leading, left, like, limit, lines, local, location
  case map, matched, merge, millis, milliseconds, min, month, msck
  case minusWord = "minus"
  case clusterWord = "cluster"
  case natural, next, normalized, not, null, nulls
  case of, offset, on, only, optimize, or, order, ordinality, outer, outputformat, over, overwrite
  case partition, partitioned, partitions, personal, policies, policy, position, preceding
  case precision, primary, purge
  case qualify
  case range, records, recover, recursive, refresh, reset, restore, restrict, retain, repair,
    regexp, reject, remove,
    rename, replace, respect,
    right, rlike,
    rollup
  case row, rows, run
  case schema, schemas, second, seconds, select, semi, serde, serdeproperties, set, sets, show
  case since, some, sort, source, stored, subject, subjects, substring, summarize
  case table, tables, tablesample, tblproperties, temp, temporary, terminated, text, then, ties,
    time
  case timestamp, to, trailing, trim, `true`, truncate, `try`
  case unbounded, uncache, union, unique, unknown, unload, unset, update, use, using
  case vacuum, values, version, view, views, violation
  case warn, when, `where`, window, with, withdrawal, within, without
  case year
  case zone, zorder

  case currentDate = "current_date"
  case currentTime = "current_time"
  case currentTimestamp = "current_timestamp"
  case localTime = "localtime"
  case localTimestamp = "localtimestamp"
  case systemTime = "system_time"
  case systemVersion = "system_version"
  case tryCast = "try_cast"

  /// As it is written in messages and by the printer.
  var spelled: String { rawValue.uppercased() }

  /// Words that never are names unless they stand in quotes or behind a dot.
  static let reserved: Set<Keyword> = [
    .and, .as, .between, .case, .cast, .cross, .currentDate, .currentTime, .currentTimestamp,
    .distinct, .else, .except, .exists, .false, .from, .full, .group, .having, .in, .inner,
    .intersect, .is, .join, .left, .like, .localTime, .localTimestamp, .natural, .not, .null, .on,
    .or, .order, .right, .select, .then, .true, .union, .using, .when, .where, .with,
  ]

  /// Words that are no alias unless AS stands before them, since a clause may begin with them.
  static let clauseStarts: Set<Keyword> = [
    .fetch, .limit, .offset, .qualify, .window, .for, .tablesample,
  ]

  /// Words that are names at most places, and are printed in quotes so that nobody has to know at
  /// which.
  static let quotedWhenPrinted: Set<Keyword> = reserved.union(clauseStarts).union([
    .all, .anti, .any, .array, .asc, .cube, .current, .desc, .escape, .exclude, .filter, .following,
    .grouping, .groups, .ignore, .ilike, .interval, .lateral, .nulls, .over, .partition, .preceding,
    .range, .recursive, .regexp, .rename, .replace, .respect, .rlike, .rollup, .rows, .semi, .some,
    .unbounded, .values, .within,
  ])

  var isReserved: Bool { Keyword.reserved.contains(self) }
  var canBeBareAlias: Bool { !isReserved && !Keyword.clauseStarts.contains(self) }

  /// The longest word that is looked up.
  static let byteCountMax = 20

  private static let byName: [String: Keyword] = {
    var result: [String: Keyword] = [:]
    for keyword in allCases { result[keyword.rawValue] = keyword }
    return result
  }()

  /// The keyword that a word is, in any case.
  init?(_ word: some Sequence<UInt8>) {
    let folded = word.map { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") ? $0 | 0x20 : $0 }
    guard let keyword = Keyword.byName[String(decoding: folded, as: UTF8.self)] else { return nil }
    self = keyword
  }
}
