/// Something that the world or the user did, told so that it can be mended.
///
/// One shape serves all modules. A `LakeError` answers three questions: *what* happened
/// (`message`), *where* (`place`) and *what to do* (`hint`). `code` says what a caller can do
/// about it in a program; the command turns it into an exit code.
///
///     throw LakeError(
///       .corruptData, "the gzip stream ends in the middle",
///       at: .file(path, offset: 1024),
///       hint: "Copy the file again; all records before this place were read.")
///
/// An expected outcome (a conflict that is tried again, a reject) is not an error but a value, and
/// a bug is a precondition. The three are never mixed.
public struct LakeError: Error, Sendable {
  public var code: Code
  /// What happened, in one sentence without a full stop.
  public var message: String
  public var place: Place?
  /// The next step to take.
  public var hint: String?
  /// The error that led to this one, if any.
  public var cause: (any Error)?

  public init(
    _ code: Code, _ message: String, at place: Place? = nil, hint: String? = nil,
    cause: (any Error)? = nil
  ) {
    self.code = code
    self.message = message
    self.place = place
    self.hint = hint
    self.cause = cause
  }

  /// The same error with a place, unless it has one already.
  public func located(at place: Place) -> LakeError {
    var copy = self
    if copy.place == nil { copy.place = place }
    return copy
  }
}

extension LakeError {
  /// What a caller can do about an error. A struct over a private enum, since the set may grow.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    private enum Value: String {
      case invalidInput = "invalid_input"
      case notFound = "not_found"
      case alreadyExists = "already_exists"
      case permissionDenied = "permission_denied"
      case corruptData = "corrupt_data"
      case limitExceeded = "limit_exceeded"
      case qualityLimit = "quality_limit"
      case consentViolation = "consent_violation"
      case conflict
      case unsupported
      case io
      case cancelled
      case `internal`
    }

    private let value: Value
    public var description: String { value.rawValue }

    /// The user asked for something that cannot be; ask for something else.
    public static let invalidInput = Code(value: .invalidInput)
    /// A file, table or column that is not there.
    public static let notFound = Code(value: .notFound)
    /// Something is there already and would have been overwritten.
    public static let alreadyExists = Code(value: .alreadyExists)
    /// The operating system refuses access.
    public static let permissionDenied = Code(value: .permissionDenied)
    /// Bytes that are not what their format says.
    public static let corruptData = Code(value: .corruptData)
    /// A cap on memory, depth, length or count was reached.
    public static let limitExceeded = Code(value: .limitExceeded)
    /// More records were refused, or constraints broken, than the caller allows.
    public static let qualityLimit = Code(value: .qualityLimit)
    /// Data would have been used without consent, or nothing proves that it was not.
    public static let consentViolation = Code(value: .consentViolation)
    /// Somebody else won, or holds a lock; trying again may help.
    public static let conflict = Code(value: .conflict)
    /// Right input that this version, or this machine, cannot handle.
    public static let unsupported = Code(value: .unsupported)
    /// The operating system reports a failure of a device or a file.
    public static let io = Code(value: .io)
    /// The user interrupted the work.
    public static let cancelled = Code(value: .cancelled)
    /// A bug in this program that was noticed before it did harm.
    public static let `internal` = Code(value: .internal)
  }

  /// Where something happened.
  public struct Place: Sendable, Hashable {
    public var path: String?
    /// Bytes from the beginning of the file, as its content stands after decompression.
    public var byteOffset: Int?
    /// One-based.
    public var line: Int?
    /// One-based, in bytes.
    public var column: Int?

    public init(path: String?, byteOffset: Int? = nil, line: Int? = nil, column: Int? = nil) {
      self.path = path
      self.byteOffset = byteOffset
      self.line = line
      self.column = column
    }

    public static func file(_ path: String, offset: Int? = nil) -> Place {
      Place(path: path, byteOffset: offset)
    }
  }
}

extension LakeError.Place: CustomStringConvertible {
  /// `path:line:column`, or `path at byte n` where no line is known.
  public var description: String {
    var text = path ?? ""
    if let line {
      text += ":\(line)"
      if let column { text += ":\(column)" }
    } else if let byteOffset {
      text += text.isEmpty ? "byte \(byteOffset)" : " at byte \(byteOffset)"
    }
    return text
  }
}

extension LakeError: CustomStringConvertible {
  /// One line: place, message, hint.
  public var description: String {
    var text = ""
    if let place { text += "\(place): " }
    text += message
    if let hint { text += " (\(hint))" }
    return text
  }
}
