/// The numbers of the fields of apk v3's objects.
package enum ADBSchema {
    /// The schemas that a stream names in its header, as four characters.
    package static let package: UInt32 = 0x676b_6370
    package static let index: UInt32 = 0x7864_6e69
    package static let installedDatabase: UInt32 = 0x0062_6469

    package enum Index {
        package static let description = 1
        package static let packages = 2
        package static let packageNameSpec = 3
    }

    package enum Package {
        package static let info = 1
        package static let directories = 2
        package static let scripts = 3
        package static let triggers = 4
        package static let replacesPriority = 5
    }

    package enum Info {
        package static let name = 1
        package static let version = 2
        package static let hashes = 3
        package static let summary = 4
        package static let architecture = 5
        package static let license = 6
        package static let origin = 7
        package static let maintainer = 8
        package static let url = 9
        package static let commit = 10
        package static let buildTime = 11
        package static let installedSize = 12
        package static let fileSize = 13
        package static let providerPriority = 14
        package static let dependencies = 15
        package static let provides = 16
        package static let replaces = 17
        package static let installIf = 18
        package static let recommends = 19
        package static let layer = 20
        package static let tags = 21
    }

    package enum Dependency {
        package static let name = 1
        package static let version = 2
        package static let match = 3
    }

    package enum Directory {
        package static let name = 1
        package static let access = 2
        package static let files = 3
    }

    package enum File {
        package static let name = 1
        package static let access = 2
        package static let size = 3
        package static let modificationTime = 4
        package static let hash = 5
        package static let target = 6
    }

    package enum Access {
        package static let mode = 1
        package static let user = 2
        package static let group = 3
        package static let attributes = 4
    }
}
