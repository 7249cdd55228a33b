internal import ApkFormats

/// An index file that is to be read: where it lies, and what its repository is.
struct IndexSource {
    var path: String
    var shown: String
    var tags: [String?]
    var repository: Repository
}
