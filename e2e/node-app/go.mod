module dev.kitsune/e2e/node-app

go 1.24.0
