import Glibc

/// The one place where error numbers of the operating system are turned into words.
///
/// See: man 3 errno, and the sections ERRORS of man 2 open, read, write, fsync, rename, link,
/// unlink, mkdir, stat, close.
extension LakeError {
  /// The error of a failed call. `action` completes "cannot …": "cannot open: there is no such …".
  package static func system(
    _ number: Int32, call: String, action: String, at place: Place? = nil
  ) -> LakeError {
    let meaning = SystemErrorMeaning(number)
    return LakeError(
      meaning.code, "cannot \(action): \(meaning.reason)", at: place, hint: meaning.hint,
      cause: SystemError(number: number, call: call))
  }

  /// The number of the operating system that is behind this error, if any.
  package var systemErrorNumber: Int32? { (cause as? SystemError)?.number }

  /// Whether the one who read our output has gone away, as `head` does once it has enough. Not
  /// worth a message.
  package var isClosedPipe: Bool { systemErrorNumber == EPIPE }
}

/// What an error number means to someone who has to do something about it.
private struct SystemErrorMeaning {
  var code: LakeError.Code
  var reason: String
  var hint: String?

  private init(_ code: LakeError.Code, _ reason: String, _ hint: String? = nil) {
    self.code = code
    self.reason = reason
    self.hint = hint
  }

  init(_ number: Int32) {
    self =
      SystemErrorMeaning.ofPath(number) ?? SystemErrorMeaning.ofSpace(number)
      ?? SystemErrorMeaning.ofState(number)
      ?? SystemErrorMeaning(.io, SystemErrorMeaning.text(of: number))
  }

  /// Numbers that have to do with a name, or with what it names.
  private static func ofPath(_ number: Int32) -> SystemErrorMeaning? {
    switch number {
    case ENOENT:
      .init(.notFound, "there is no such file or directory", "Check the spelling of the path.")
    case ENOTDIR:
      .init(.notFound, "a part of the path is not a directory", "Check the path.")
    case EISDIR:
      .init(.invalidInput, "it is a directory", "Name a file.")
    case EEXIST:
      .init(.alreadyExists, "there is something of this name already", "Choose another name.")
    case ENOTEMPTY:
      .init(.conflict, "the directory is not empty", "Empty it first.")
    case ELOOP:
      .init(.invalidInput, "its symbolic links lead in a circle", "Mend the links.")
    case ENAMETOOLONG:
      .init(.invalidInput, "the name is too long", "Choose a shorter name.")
    case EACCES, EPERM:
      .init(
        .permissionDenied, "permission denied",
        "Look at the rights of the file and of its directories (ls -l).")
    case EROFS:
      .init(.permissionDenied, "the file system is read-only", "Choose a place on another one.")
    case EXDEV:
      .init(.unsupported, "the two paths are on different file systems")
    default: nil
    }
  }

  /// Numbers that say that something is used up.
  private static func ofSpace(_ number: Int32) -> SystemErrorMeaning? {
    switch number {
    case ENOSPC:
      .init(.io, "the disk is full", "Free some space and try again.")
    case EDQUOT:
      .init(.io, "the disk quota is used up", "Free some space and try again.")
    case EFBIG:
      .init(.limitExceeded, "the file would be larger than is allowed", "See ulimit -f.")
    case EMFILE, ENFILE:
      .init(.limitExceeded, "too many files are open", "Raise the limit (ulimit -n).")
    case EMLINK:
      .init(.limitExceeded, "the file has too many names")
    case ENOMEM:
      .init(.limitExceeded, "the system is out of memory")
    case EAGAIN:
      .init(.limitExceeded, "the system has no more to give at the moment", "Try again.")
    default: nil
    }
  }

  /// Numbers that say how a device, a file system or the other side is.
  private static func ofState(_ number: Int32) -> SystemErrorMeaning? {
    switch number {
    case EIO:
      .init(.io, "the device reports a failure", "Check the disk (dmesg).")
    case EPIPE:
      .init(.io, "the reader of the output has gone away")
    case EINTR:
      .init(.io, "the call was interrupted", "Try again.")
    case ESTALE:
      .init(.io, "the file was lost by its file server", "Try again.")
    case EBUSY, ETXTBSY:
      .init(.conflict, "it is in use", "Try again once nothing uses it.")
    case EINVAL, ENOSYS, EOPNOTSUPP:
      .init(.unsupported, "the file system does not offer this")
    case EBADF, EFAULT:
      .init(.internal, "the call was made wrongly")
    default: nil
    }
  }

  private static func text(of number: Int32) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
      guard let base = buffer.baseAddress, strerror_r(number, base, buffer.count) == 0 else {
        return "error \(number)"
      }
      return String(cString: base)
    }
  }
}
