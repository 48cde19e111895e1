import LakeCore

/// A file system on which nothing is made durable, which no test without a loss of power notices.
final class UnsyncedFileSystem: InterceptingFileSystem {
  let base: any FileSystem

  init(_ base: any FileSystem) {
    self.base = base
  }

  func intercept<R>(
    _ operation: FileOperation, _ body: (_ limit: Int) throws(LakeError) -> R
  ) throws(LakeError) -> R {
    switch operation {
    case .sync, .syncDirectory:
      // The answer of both is nothing at all.
      if let nothing = () as? R { return nothing }
    default: break
    }
    return try body(.max)
  }
}
