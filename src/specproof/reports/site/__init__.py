"""The Allure site: results of one or several environments, with their history, as pages to publish."""
