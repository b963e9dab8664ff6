const { generatePlugin } = require('../plugin-package');

/** `nx g @care/tools:backend-plugin NAME` */
module.exports = (tree, options) => generatePlugin(tree, 'backend', options);
