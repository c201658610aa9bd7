// Command etcd is the etcd server, built at the version that the API server's own module asks for, so that the two
// always fit and no second version has to be kept in step.
package main

import (
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
)

func main() { etcdmain.Main(os.Args) }
