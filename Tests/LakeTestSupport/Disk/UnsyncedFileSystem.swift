import LakeCore

/// A file system on which nothing is made durable, which no test without a loss of power notices.
package final class UnsyncedFileSystem: InterceptingFileSystem {
  package let base: any FileSystem

  package init(_ base: any FileSystem) {
    self.base = base
  }

  package func intercept<R>(
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
