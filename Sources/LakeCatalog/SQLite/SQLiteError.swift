import CSQLite
import LakeCore

/// The one place where SQLite's result codes are turned into words.
///
/// See: https://www.sqlite.org/rescode.html
extension LakeError {
  /// The error of a failed call. `action` completes "cannot …".
  static func sqlite(
    _ result: Int32, _ detail: String, action: String, path: String
  ) -> LakeError {
    let primary = result & 0xFF
    let (code, reason, hint) = sqliteMeaning(primary, detail)
    return LakeError(
      code, "cannot \(action): \(reason)", at: .file(path), hint: hint,
      cause: SystemError(number: result, call: "sqlite3"))
  }

  /// Whether another connection holds a lock that this one waits for.
  var isSQLiteBusy: Bool {
    guard let cause = cause as? SystemError, cause.call == "sqlite3" else { return false }
    return cause.number & 0xFF == SQLITE_BUSY || cause.number & 0xFF == SQLITE_LOCKED
  }

  private static func sqliteMeaning(
    _ code: Int32, _ detail: String
  ) -> (LakeError.Code, String, hint: String?) {
    switch code {
    case SQLITE_BUSY, SQLITE_LOCKED:
      (.conflict, "another process is using the catalog", "Try again when it has finished.")
    case SQLITE_CORRUPT:
      (
        .corruptData, "the catalog is damaged (\(detail))",
        "Make it anew with lake catalog rebuild; no data is lost."
      )
    case SQLITE_NOTADB:
      (
        .corruptData, "the file is not a catalog",
        "Move it away and run lake catalog rebuild; no data is lost."
      )
    case SQLITE_FULL:
      (.io, "the disk is full", "Free some space and try again.")
    case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH:
      (
        .permissionDenied, "the catalog cannot be written (\(detail))",
        "Look at the rights of the file and of its directory (ls -l)."
      )
    case SQLITE_CANTOPEN:
      (
        .permissionDenied, "the catalog cannot be opened",
        "Look at the rights of the file and of its directory: SQLite makes two files beside it."
      )
    case SQLITE_IOERR:
      (.io, "reading or writing failed (\(detail))", "Check the disk (dmesg).")
    case SQLITE_NOMEM:
      (.limitExceeded, "the system is out of memory", nil)
    case SQLITE_TOOBIG:
      (.limitExceeded, "a text is longer than the catalog can hold", nil)
    default:
      (.internal, detail, nil)
    }
  }
}
